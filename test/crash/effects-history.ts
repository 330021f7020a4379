/** One random history of an account with rules: what the person does, and how our workers come to grief. */
import { type Dice, diceOf } from '../chaos/dice.ts';
import { BOUNDARY_NAMES, type Fault } from './boundaries.ts';
import { ACTS, type Act } from './person.ts';

export type Step = {
  /** By how much the clock goes on first. */
  readonly afterSeconds: number;
  /** Before the check. */
  readonly acts: readonly Act[];
  /** While it runs, before its n-th command. */
  readonly during: readonly { readonly n: number; readonly act: Act }[];
  readonly fault: Fault | undefined;
  /** The queue delivers the message twice, and two workers are at it at once. */
  readonly twice: boolean;
  /** What was held back reaches the server after so many further steps. */
  readonly lateBy: number;
};

const STEPS = 7;

export const effectsHistoryOf = (seed: number): readonly Step[] => {
  const dice = diceOf(seed);
  return Array.from({ length: STEPS }, () => stepOf(dice));
};

const stepOf = (dice: Dice): Step => ({
  afterSeconds: dice.weighted([
    [4, 61],
    [3, 400],
    [2, 2_000],
    [1, 90_000],
  ]),
  acts: Array.from({ length: dice.int(1, 4) }, () => dice.weighted(ACTS)),
  during: Array.from({ length: dice.int(0, 2) }, () => ({ n: dice.int(4, 16), act: dice.weighted(ACTS) })),
  fault: dice.chance(0.75) ? faultOf(dice) : undefined,
  twice: dice.chance(0.25),
  lateBy: dice.int(1, 2),
});

const faultOf = (dice: Dice): Fault => {
  const boundary = dice.one(BOUNDARY_NAMES as [Fault['boundary'], ...Fault['boundary'][]]);
  if (boundary.startsWith('call')) return { boundary, n: dice.int(6, 34) };
  // At the effects themselves, mostly.
  return dice.chance(0.7) ? { boundary, n: dice.int(1, 4), ofChanging: true } : { boundary, n: dice.int(5, 18) };
};
