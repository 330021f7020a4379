/** One random history: what other clients do, when we look, and where we are cut off. Drawn from its seed alone. */
import type { Act, Chosen } from './acts.ts';
import { type Dice, diceOf } from './dice.ts';
import { RULES } from './rules.ts';
import { FOLDER_NAMES, KEYWORDS, LETTERS_MAX, SYSTEM_FLAGS } from './words.ts';

/** Where in a check something happens: before its n-th database call, or before its n-th IMAP command, both from 1. */
export type Moment = { readonly on: 'call' | 'command'; readonly n: number };

/** How a check ends before its time. */
export type Cut =
  /** The worker is killed at a database call, before it was made or after. */
  | { readonly by: 'kill'; readonly when: 'before' | 'after'; readonly n: number }
  /** The connection ends at a command: before the server sees it, after the server did it, or within its answer. */
  | { readonly by: 'reset'; readonly when: 'before' | 'after' | 'within'; readonly n: number; readonly share: number }
  /** At the n-th command the time for the run is over. */
  | { readonly by: 'late'; readonly n: number }
  /** The server leaves out a part of a full listing, and says OK: at the first one, from one share of its rows to another. */
  | { readonly by: 'truncated'; readonly share: number; readonly to: number };

export type Check = {
  readonly do: 'check';
  /** By how much the clock goes on first. */
  readonly afterSeconds: number;
  readonly cut: Cut | undefined;
  /** `here`: in the folder that we have open just then, and not in the one that the act names. */
  readonly during: readonly { readonly at: Moment; readonly act: Act; readonly here: boolean }[];
};

/** The owner writes a rule: from then on mail that arrives in INBOX is changed by us, too. */
export type NewRule = { readonly do: 'rule'; readonly rule: number };

export type Step = Act | Check | NewRule;
export type History = readonly Step[];

const CHECKS = 7;
const ACTS_BEFORE_CHECK = [3, 8] as const;
const DISTURBANCES = [
  [3, 0],
  [3, 1],
  [2, 2],
  [1, 4],
] as const;

export const historyOf = (seed: number): Step[] => {
  const dice = diceOf(seed);
  const steps: Step[] = [];
  // Something to begin with: folders of mail, one of them with segments to spare.
  for (let i = 0; i < 3; i += 1)
    steps.push({ do: 'create', under: i === 2 ? dice.share() : undefined, name: nameOf(dice) });
  for (let i = 0; i < 4; i += 1) steps.push(deliverTo(dice));
  if (dice.chance(0.7)) steps.push(crowdOf(dice, 260));
  for (let i = 0; i < CHECKS; i += 1) {
    // The first run is not cut off always, or a first sync would be all there is.
    const cut = dice.chance(i > 0 ? 0.75 : 0.5);
    steps.push({
      do: 'check',
      afterSeconds: dice.weighted([
        [4, 61],
        [3, 400],
        [2, 2_000],
        [1, 0],
      ]),
      cut: cut ? cutOf(dice) : undefined,
      during: Array.from({ length: dice.weighted(DISTURBANCES) }, () => ({
        at: momentOf(dice),
        act: actOf(dice),
        here: dice.chance(0.5),
      })),
    });
    // Not before the first run, or rules would be put to hardly any mail that arrives.
    if (i === 0 && dice.chance(0.3)) {
      for (const rule of dice.some([...RULES.keys()], dice.int(1, 2))) steps.push({ do: 'rule', rule });
    }
    const acts = dice.int(...ACTS_BEFORE_CHECK);
    for (let n = 0; n < acts; n += 1) steps.push(actOf(dice));
  }
  return steps;
};

/** An act more, where a history came to too few that did anything. */
export const oneMoreAct = (seed: number): Act => deliverTo(diceOf(seed));

const actOf = (dice: Dice): Act => {
  const folder = folderOf(dice);
  return dice.weighted<() => Act>([
    [12, () => deliverTo(dice)],
    [16, () => ({ do: 'flag', folder, which: chosen(dice), flags: flagsOf(dice) })],
    [9, () => ({ do: 'unflag', folder, which: chosen(dice), flags: flagsOf(dice) })],
    [8, () => ({ do: 'expunge', folder, which: chosen(dice) })],
    [5, () => ({ do: 'replace', folder, which: chosen(dice) })],
    [8, () => ({ do: 'move', folder, which: chosen(dice), to: folderOf(dice) })],
    [5, () => ({ do: 'copy', folder, which: chosen(dice), to: folderOf(dice) })],
    [4, () => ({ do: 'create', under: parentOf(dice), name: nameOf(dice) })],
    [4, () => ({ do: 'rename', folder, under: parentOf(dice), name: nameOf(dice) })],
    [3, () => ({ do: 'delete', folder })],
    [4, () => ({ do: 'recreate', folder })],
    [2, () => ({ do: 'swap', folder, with: dice.share() })],
    [3, () => ({ do: 'uidvalidity', folder, value: dice.int(1, 2_000_000_000) })],
    [1, () => crowdOf(dice, 120)],
  ])();
};

const momentOf = (dice: Dice): Moment =>
  dice.chance(0.7)
    ? { on: 'command', n: dice.chance(0.7) ? dice.int(3, 14) : dice.int(14, 30) }
    : { on: 'call', n: dice.int(2, 14) };

/** Often the same one, or its changes would never meet. */
const folderOf = (dice: Dice): number => (dice.chance(0.35) ? 0.3 : dice.share());
const parentOf = (dice: Dice): number | undefined => (dice.chance(0.4) ? dice.share() : undefined);
const nameOf = (dice: Dice): number => dice.int(0, FOLDER_NAMES.length - 1);

const chosen = (dice: Dice): Chosen =>
  dice.weighted<() => Chosen>([
    [5, () => ({ share: 0.3, salt: dice.int(1, 1_000) })],
    [2, () => ({ share: 0.05, salt: dice.int(1, 1_000) })],
    [1, () => ({ share: 1, salt: 1 })],
    [3, () => ({ newest: dice.int(1, 3) })],
  ])();

const flagsOf = (dice: Dice): string[] =>
  dice.chance(0.5)
    ? dice.some(SYSTEM_FLAGS, dice.int(1, 2))
    : [...dice.some(KEYWORDS, dice.int(1, 6)), ...(dice.chance(0.2) ? ['\\Seen'] : [])];

const deliverTo = (dice: Dice): Act => ({
  do: 'deliver',
  folder: folderOf(dice),
  count: dice.int(1, LETTERS_MAX),
  flags: dice.chance(0.6) ? [] : flagsOf(dice),
});

const crowdOf = (dice: Dice, count: number): Act => ({
  do: 'crowd',
  folder: folderOf(dice),
  count: dice.int(count >> 1, count),
  keywords: dice.some(KEYWORDS, dice.int(10, 30)),
});

const cutOf = (dice: Dice): Cut =>
  dice.weighted<() => Cut>([
    [9, () => ({ by: 'kill', when: dice.chance(0.5) ? 'before' : 'after', n: dice.int(3, 26) })],
    [
      8,
      () => ({
        by: 'reset',
        when: dice.one(['before', 'after', 'within']),
        n: dice.weighted([
          [1, dice.int(1, 5)],
          [4, dice.int(4, 14)],
          [2, dice.int(14, 30)],
        ]),
        share: dice.share(),
      }),
    ],
    [4, () => ({ by: 'late', n: dice.int(4, 20) })],
    [6, () => ({ by: 'truncated', share: dice.share(), to: dice.chance(0.5) ? 1 : dice.share() })],
  ])();
