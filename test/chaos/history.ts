/** One random history: what other clients do, when we look, and where we are cut off. Drawn from its seed alone. */
import type { Act } from './acts.ts';
import { type Dice, diceOf } from './dice.ts';
import { actOf, crowdOf, deliverTo, flagOf, folderOf, nameOf, quietActOf } from './draw-act.ts';
import { RULES } from './rules.ts';
import { LETTERS_MAX } from './words.ts';

/**
 * Where in a check something happens: before its n-th database call, before its n-th IMAP command, or when the n-th listing of
 * a folder is through and before the next command; all from 1.
 */
export type Moment = { readonly on: 'call' | 'command' | 'listing'; readonly n: number };

/** How a check ends before its time. */
export type Cut =
  /** The worker is killed at a database call, before it was made or after. */
  | { readonly by: 'kill'; readonly when: 'before' | 'after'; readonly n: number }
  /** The connection ends at a command: before the server sees it, after the server did it, or within its answer. */
  | { readonly by: 'reset'; readonly when: 'before' | 'after' | 'within'; readonly n: number; readonly share: number }
  /** The time for the run is over. */
  | { readonly by: 'late'; readonly at: Moment }
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

/** Until there were as many acts that did something, and cuts that came to pass: more of `act`, and checks that are cut off. */
export type GoOn = { readonly do: 'goOn'; readonly acts: number; readonly cuts: number; readonly act: Act };

/** Nobody does anything for an hour, in which all comes to rest. */
export type Rest = { readonly do: 'rest' };

export type Step = Act | Check | NewRule | GoOn | Rest;
export type History = readonly Step[];

const ACTS_MIN = 30;
const CUTS_MIN = 3;
const ROUGH_CHECKS = 5;
/** Of fewer than a thousand rows. */
const ALL_BUT_THE_LAST = 0.999;
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
  for (let i = 0; i < ROUGH_CHECKS; i += 1) {
    // The first run is not cut off always, or a first sync would be all there is.
    steps.push(checkOf(dice, dice.chance(i > 0 ? 0.85 : 0.5) ? cutOf(dice) : undefined));
    // Not before the first run, or rules would be put to hardly any mail that arrives.
    if (i === 0 && dice.chance(0.3)) {
      for (const rule of dice.some([...RULES.keys()], dice.int(1, 2))) steps.push({ do: 'rule', rule });
    }
    steps.push(...actsOf(dice));
  }
  steps.push({ do: 'goOn', acts: ACTS_MIN, cuts: CUTS_MIN, act: deliverTo(dice) });
  const end = dice.weighted([
    [4, calmEnd],
    [2, quietEnd],
    [2, interruptedReseed],
    [2, gapEnd],
    [2, roughEnd],
  ]);
  return [...steps, ...end(dice)];
};

const roughEnd = (dice: Dice): Step[] => [
  checkOf(dice, cutOf(dice)),
  ...actsOf(dice),
  checkOf(dice, cutOf(dice)),
  ...actsOf(dice),
];

/**
 * Nothing is cut off any more: a run that takes over looks at everything, and would find what was missed. Among few changes
 * at last none hides behind another.
 */
const calmEnd = (dice: Dice): Step[] => {
  const last = checkOf(dice);
  return [
    checkOf(dice),
    ...actsOf(dice),
    // Where nothing interferes, the check after it may find the account quiet.
    dice.chance(0.6) ? { ...last, during: [] } : last,
    quietActOf(dice, folderOf(dice)),
  ];
};

/** Read mail is deleted: neither UIDNEXT nor UNSEEN tells of it. */
const quietEnd = (dice: Dice): Step[] => {
  const folder = folderOf(dice);
  return [
    { do: 'flag', folder, which: { share: 0.3, salt: dice.int(1, 1_000) }, flags: ['\\Seen'] },
    { do: 'rest' },
    dice.chance(0.5) ? { do: 'expunge', folder, which: { read: true } } : quietActOf(dice, folder),
  ];
};

/** All UIDs of a large INBOX mean something else, and while it is listed in pieces, over two runs, others go on. */
const interruptedReseed = (dice: Dice): Step[] => [
  // Other folders that changed would be looked at first.
  { do: 'rest' },
  crowdOf(dice, 400, 'INBOX'),
  { do: 'uidvalidity', folder: 'INBOX', value: dice.int(1, 2_000_000_000) },
  checkOf(dice, { by: 'late', at: { on: 'listing', n: dice.int(1, 3) } }),
  // Also to what was listed already.
  quietActOf(dice, 'INBOX', { share: 0.3, salt: dice.int(1, 1_000) }),
  ...(dice.chance(0.5) ? actsOf(dice) : []),
  checkOf(dice),
  ...(dice.chance(0.5) ? [quietActOf(dice, folderOf(dice))] : actsOf(dice)),
];

/** Of what arrived, the last is shown before the others. */
const gapEnd = (dice: Dice): Step[] => [
  { do: 'rest' },
  { do: 'deliver', folder: 'INBOX', count: dice.int(3, LETTERS_MAX), flags: [] },
  { ...checkOf(dice, { by: 'truncated', share: dice.share(), to: ALL_BUT_THE_LAST }), afterSeconds: 2_000, during: [] },
  quietActOf(dice, folderOf(dice)),
];

const actsOf = (dice: Dice): Act[] => Array.from({ length: dice.int(...ACTS_BEFORE_CHECK) }, () => actOf(dice));

const checkOf = (dice: Dice, cut?: Cut): Check => ({
  do: 'check',
  afterSeconds: dice.weighted([
    [4, 61],
    [3, 400],
    [2, 2_000],
    [1, 0],
  ]),
  cut,
  during: Array.from({ length: dice.weighted(DISTURBANCES) }, () => disturbanceOf(dice)),
});

const disturbanceOf = (dice: Dice): Check['during'][number] =>
  dice.chance(0.4)
    ? {
        at: { on: 'listing', n: dice.int(1, 3) },
        act: dice.chance(0.7) ? flagOf(dice, folderOf(dice)) : actOf(dice),
        here: true,
      }
    : { at: momentOf(dice), act: actOf(dice), here: dice.chance(0.5) };

const momentOf = (dice: Dice): Moment =>
  dice.chance(0.7) ? { on: 'command', n: someCommand(dice) } : { on: 'call', n: dice.int(2, 14) };

/** Few checks come to many commands, on a server that can do much. */
const someCommand = (dice: Dice): number =>
  dice.weighted([
    [4, dice.int(3, 9)],
    [3, dice.int(8, 16)],
    [1, dice.int(16, 30)],
  ]);

const cutOf = (dice: Dice): Cut =>
  dice.weighted<() => Cut>([
    [9, () => ({ by: 'kill', when: dice.chance(0.5) ? 'before' : 'after', n: someCall(dice) })],
    [
      8,
      () => ({
        by: 'reset',
        when: dice.one(['before', 'after', 'within']),
        n: dice.chance(0.15) ? dice.int(1, 3) : someCommand(dice),
        share: dice.share(),
      }),
    ],
    [4, () => ({ by: 'late', at: { on: 'command', n: someCommand(dice) } })],
    [6, () => truncation(dice)],
  ])();

const someCall = (dice: Dice): number =>
  dice.weighted([
    [3, dice.int(3, 12)],
    [2, dice.int(10, 20)],
    [1, dice.int(20, 30)],
  ]);

/** Up to the end, somewhere, or all but the last row: then mail is seen whose UID is above that of mail not yet seen. */
const truncation = (dice: Dice): Cut => ({
  by: 'truncated',
  share: dice.share(),
  to: dice.weighted([
    [3, 1],
    [2, dice.share()],
    [3, ALL_BUT_THE_LAST],
  ]),
});
