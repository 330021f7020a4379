/** Draws of one seed: the same seed draws the same history, whatever else runs. */
import { seededRandom } from '../../bench/random.ts';

export type Dice = {
  /** In [0, 1), with four digits, so that a printed history can be read. */
  readonly share: () => number;
  /** A whole number with from <= n <= to. */
  readonly int: (from: number, to: number) => number;
  readonly chance: (share: number) => boolean;
  readonly one: <T>(all: readonly [T, ...T[]]) => T;
  /** `count` of them, without repeats. */
  readonly some: <T>(all: readonly T[], count: number) => T[];
  /** By weight: how often each comes beside the others. */
  readonly weighted: <T>(all: readonly (readonly [weight: number, value: T])[]) => T;
};

export const diceOf = (seed: number): Dice => {
  const random = seededRandom(seed);
  const int = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  return {
    share: () => Math.floor(random() * 10_000) / 10_000,
    int,
    chance: (share) => random() < share,
    one: (all) => all[int(0, all.length - 1)] ?? all[0],
    some: (all, count) => {
      const left = [...all];
      return Array.from({ length: Math.min(count, left.length) }, () => left.splice(int(0, left.length - 1), 1)).flat();
    },
    weighted: (all) => {
      let at = random() * all.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of all) {
        at -= weight;
        if (at < 0) return value;
      }
      const last = all.at(-1);
      if (last === undefined) throw new Error('nothing to draw from');
      return last[1];
    },
  };
};

/** The same messages for the same salt, about `share` of all: chosen by UID, so that a shrunken history chooses alike. */
export const isChosen = (uid: number, salt: number, share: number): boolean => {
  let hash = Math.imul(uid ^ salt, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32 < share;
};
