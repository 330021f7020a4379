/**
 * How long the messages of one folder have been as they are, for rules that wait. A mark says that all UIDs below its UIDNEXT were
 * there at its time, so that no time is kept per message; what was flagged, or marked unread, later is noted beside. Where a time is not
 * known exactly the later one counts: a rule may be late by a share of what it waited, and is never early.
 */
import { MailyardError } from '../errors.ts';
import {
  formatUidSet,
  intersectUids,
  NO_UIDS,
  parseUidSet,
  type UidSet,
  unionUids,
  withoutUids,
} from '../mail/uid-set.ts';
import type { AgedTrigger } from '../rules/trigger.ts';
import { appendUid, listedUids, type MessageList } from './message-list.ts';

export type AgedState = AgedTrigger['state'];
/** Those that a message may come to after it came into the folder. */
type TurnedState = Exclude<AgedState, 'inMailbox'>;
const TURNED: readonly TurnedState[] = ['unseen', 'flagged'];

/** Times in seconds since 1970. */
export type Ages = {
  /** Ascending in both. */
  readonly marks: readonly (readonly [at: number, uidNext: number])[];
  /** Messages that came to the state after they came into the folder; ascending by time. */
  readonly turned: Readonly<Record<TurnedState, readonly (readonly [at: number, uids: UidSet])[]>>;
  /** By rule: messages that it was asked about. */
  readonly fired: Readonly<Record<string, UidSet>>;
  /** By rule: when its timer is set for. */
  readonly timers: Readonly<Record<string, number>>;
};

export const NO_AGES: Ages = { marks: [], turned: { unseen: [], flagged: [] }, fired: {}, timers: {} };

/** The messages that are in a state. */
export const inState = (messages: MessageList, state: AgedState): UidSet => {
  if (state === 'inMailbox') return listedUids(messages);
  const isSo = messages.combinations.map((keywords) =>
    state === 'unseen' ? !keywords.includes('$seen') : keywords.includes('$flagged'),
  );
  const ranges: [number, number][] = [];
  for (const [i, uid] of messages.uids.entries()) {
    if (isSo[messages.combinationOf[i] as number] === true) appendUid(ranges, uid);
  }
  return ranges;
};

/** What a look at the folder adds; `rules` are those that wait here, others are forgotten. */
export const lookAgain = (
  ages: Ages,
  before: MessageList,
  after: MessageList,
  rules: ReadonlyMap<string, AgedState>,
  at: number,
): Ages => {
  const uidNext = (after.uids.at(-1) ?? 0) + 1;
  const last = ages.marks.at(-1);
  const marks = last !== undefined && last[1] >= uidNext ? ages.marks : [...ages.marks, [at, uidNext] as const];
  const held = listedUids(before);
  /** Messages that came to the state since the look before. */
  const came = (state: AgedState): UidSet =>
    state === 'inMailbox' ? NO_UIDS : withoutUids(intersectUids(inState(after, state), held), inState(before, state));
  const turned = (state: TurnedState) => {
    const [now, anew] = [inState(after, state), came(state)];
    const kept = ages.turned[state]
      .map(([time, uids]) => [time, withoutUids(intersectUids(uids, now), anew)] as const)
      .filter(([, uids]) => uids.length > 0);
    const all = anew.length === 0 ? kept : [...kept, [at, anew] as const];
    return thinned(all, at, ([, earlier], [time, later]) => [time, unionUids(earlier, later)] as const);
  };
  const fired: Record<string, UidSet> = {};
  const timers: Record<string, number> = {};
  for (const [ruleId, state] of rules) {
    // What left the state, and what came to it once more, waits anew.
    const kept = withoutUids(intersectUids(ages.fired[ruleId] ?? NO_UIDS, inState(after, state)), came(state));
    if (kept.length > 0) fired[ruleId] = kept;
    const timer = ages.timers[ruleId];
    if (timer !== undefined) timers[ruleId] = timer;
  }
  return {
    marks: thinned(marks, at, (_, later) => later),
    turned: { unseen: turned('unseen'), flagged: turned('flagged') },
    fired,
    timers,
  };
};

/** Drops what lies so close between two others, seen from now, that the later one can stand for it. */
const thinned = <One extends readonly [at: number, ...unknown[]]>(
  all: readonly One[],
  now: number,
  join: (earlier: One, later: One) => One,
): One[] => {
  const kept: One[] = [];
  for (const one of all) {
    const [earlier, before] = [kept.at(-2), kept.at(-1)];
    const close = Math.max(CLOSE_SECONDS, (now - one[0]) * LATE_SHARE);
    if (earlier !== undefined && before !== undefined && one[0] - earlier[0] <= close) {
      kept[kept.length - 1] = join(before, one);
    } else kept.push(one);
  }
  return kept;
};

const LATE_SHARE = 0.05;
const CLOSE_SECONDS = 60;

/** When each message came to be as it is, as runs of UIDs with the same time; ascending by time. */
const sinceOf = (ages: Ages, uids: UidSet, state: AgedState): (readonly [at: number, uids: UidSet])[] => {
  const runs: (readonly [number, UidSet])[] = [];
  const turned = state === 'inMailbox' ? [] : ages.turned[state];
  let rest = turned.reduce((left, [, some]) => withoutUids(left, some), uids);
  for (const [at, uidNext] of ages.marks) {
    const here = intersectUids(rest, uidNext > 1 ? [[1, uidNext - 1]] : NO_UIDS);
    if (here.length > 0) runs.push([at, here]);
    rest = withoutUids(rest, here);
  }
  for (const [at, some] of turned) runs.push([at, intersectUids(some, uids)]);
  return runs.filter(([, some]) => some.length > 0).sort((a, b) => a[0] - b[0]);
};

export type Due = {
  /** To be asked about now. */
  readonly uids: UidSet;
  /** When the next of the others is due; undefined where none waits. */
  readonly next: number | undefined;
};

/** Which messages have been in the state for so long, of those the rule was not asked about. */
export const dueMessages = (
  ages: Ages,
  messages: MessageList,
  rule: { readonly id: string; readonly state: AgedState; readonly afterSeconds: number },
  now: number,
): Due => {
  const waiting = withoutUids(inState(messages, rule.state), ages.fired[rule.id] ?? NO_UIDS);
  let uids: UidSet = NO_UIDS;
  let next: number | undefined;
  for (const [at, some] of sinceOf(ages, waiting, rule.state)) {
    const due = at + rule.afterSeconds;
    if (due <= now) uids = unionUids(uids, some);
    else next = Math.min(next ?? due, due);
  }
  return { uids, next };
};

export const withFired = (ages: Ages, ruleId: string, uids: UidSet): Ages =>
  uids.length === 0
    ? ages
    : { ...ages, fired: { ...ages.fired, [ruleId]: unionUids(ages.fired[ruleId] ?? NO_UIDS, uids) } };

export const withTimer = (ages: Ages, ruleId: string, at: number | undefined): Ages => {
  const { [ruleId]: _before, ...timers } = ages.timers;
  return { ...ages, timers: at === undefined ? timers : { ...timers, [ruleId]: at } };
};

export const encodeAges = ({ marks, turned, fired, timers }: Ages): string => {
  const sets = (state: TurnedState) => turned[state].map(([at, uids]) => [at, formatUidSet(uids)]);
  return JSON.stringify([
    marks,
    TURNED.map(sets),
    Object.entries(fired).map(([ruleId, uids]) => [ruleId, formatUidSet(uids)]),
    Object.entries(timers),
  ]);
};

/** Throws `segment.corrupt`. */
export const decodeAges = (text: string): Ages => {
  try {
    const [marks, turned, fired, timers] = JSON.parse(text) as [
      [number, number][],
      [number, string][][],
      [string, string][],
      [string, number][],
    ];
    const sets = (i: number) => (turned[i] ?? []).map(([at, uids]) => [at, parseUidSet(uids)] as const);
    return {
      marks,
      turned: { unseen: sets(0), flagged: sets(1) },
      fired: Object.fromEntries(fired.map(([ruleId, uids]) => [ruleId, parseUidSet(uids)])),
      timers: Object.fromEntries(timers),
    };
  } catch (cause) {
    throw new MailyardError('segment.corrupt', 'the ages of a folder cannot be read', { cause });
  }
};
