/** Long computations in steps, between which others may have a turn. */

/** A computation that may be left alone at each `yield`. */
export type Steps<Result> = Generator<void, Result, void>;

/** All of it at once. */
export const atOnce = <Result>(steps: Steps<Result>): Result => {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
};
