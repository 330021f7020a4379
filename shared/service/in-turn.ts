/** Long computations of shared/sync done bit by bit, so that whoever waits for a socket gets a turn. */
import type { Steps } from '../sync/steps.ts';

/** What was to be sent before the first step gets out before it. */
export const inTurn = async <Result>(steps: Steps<Result>): Promise<Result> => {
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const { done, value } = steps.next();
    if (done === true) return value;
  }
};
