/** Long computations in steps, between which whoever waits for a socket gets a turn. */

/** A computation that may be left alone at each `yield`. */
export type Steps<Result> = Generator<void, Result, void>;

/** All of it at once. */
export const atOnce = <Result>(steps: Steps<Result>): Result => {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
};

/** Step by step; what was to be sent before the first gets out before it. */
export const inTurn = async <Result>(steps: Steps<Result>): Promise<Result> => {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const { done, value } = steps.next();
    if (done === true) return value;
  }
};
