/** One direction of a slow wire: what goes in comes out later, in order. No bound on its width. */

export type DelayLine = {
  /** Runs `deliver` `delayMs` after now, or after `notBefore` (of performance.now) where that is later. */
  readonly push: (deliver: () => void, notBefore?: number) => void;
};

export const delayLine = (delayMs: number): DelayLine => {
  const queue: { readonly due: number; readonly deliver: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const drain = (): void => {
    timer = undefined;
    for (let head = queue[0]; head !== undefined; head = queue[0]) {
      // Timers count in whole milliseconds from a clock that may lag: half of one is near enough.
      const leftMs = head.due - performance.now();
      if (leftMs > 0.5) {
        timer = setTimeout(drain, leftMs);
        return;
      }
      queue.shift();
      head.deliver();
    }
  };
  return {
    push: (deliver, notBefore = 0) => {
      queue.push({ due: Math.max(performance.now(), notBefore) + delayMs, deliver });
      if (timer === undefined) drain();
    },
  };
};
