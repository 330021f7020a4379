/** What this run is to do beside what rules decide: what timers that came due ask for, and what its caller does. */
import { isDeepStrictEqual } from 'node:util';
import { isMailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { splitUidSet } from '../mail/uid-set.ts';
import type { AccountRef } from '../store/head.ts';
import { pageOfJournal } from '../store/journal.ts';
import type { Table } from '../store/table.ts';
import { type Timer, timerKeyOf } from '../store/timers.ts';
import type { EffectCommand, FiredTimer } from '../sync/journal.ts';
import type { RequestedChanges } from '../sync/requested.ts';
import { planRequested, type RequestedContext } from './plan-requested.ts';
import type { DecidedShare, UnnumberedPart } from './plan-run.ts';
import type { TimerContext, TimerWork } from './timers/kind.ts';
import { TIMERS } from './timers/table.ts';
import type { TimerBook } from './timers/timer-book.ts';

export type Gathered = {
  readonly parts: readonly UnnumberedPart[];
  /** Those that the caller asked for. */
  readonly commands: ReadonlySet<EffectCommand>;
  /** What rules decided because of the time. */
  readonly timed: readonly DecidedShare[];
};

export type GatherContext = Omit<RequestedContext, 'accountId' | 'isKnownDraft'> &
  TimerContext & {
    readonly timers: TimerBook;
    readonly tookOver: boolean;
    readonly ruleName: (ruleId: string) => string;
  };

export const gatherRequested = async (
  context: GatherContext,
  { requested }: { readonly requested?: RequestedChanges },
): Promise<Gathered> => {
  const { table, ref } = context;
  const isKnownDraft = (effectId: string) => knowsDraft(table, ref, effectId);
  const planning = { ...context, accountId: ref.accountId, isKnownDraft };
  const parts: UnnumberedPart[] = [];
  const timed: DecidedShare[] = [];
  let { room } = context;
  const allDue = await context.timers.due(context.nowSeconds, context.tookOver);
  for (const [i, timer] of allDue.entries()) {
    const key = timerKeyOf(timer);
    context.timers.fired(key);
    // Both sweeps of a draft, after a pause: each would find the same double, and its removal would be journaled twice.
    if (allDue.slice(i + 1).some((later) => asksTheSame(timer, later))) continue;
    const due = await workOf(context, planning, room, timer);
    if (due === 'refused') context.timers.set([{ ...timer, dueAt: context.nowSeconds + LIMITS.timerAgainSeconds }]);
    if (due === 'refused' || due === undefined) continue;
    const { decided = [], notes = [], next = [], asked, advance } = due.work;
    context.timers.set(next);
    timed.push(...decided);
    room -= decided.reduce((sum, share) => sum + share.decided.length, 0);
    // Named in the journal, so that a run that dies has it taken away, and what follows set, by whoever goes on.
    parts.push(...firedParts({ key, ...(advance === undefined ? {} : { advance }) }, next, asked));
    for (const note of notes) parts.push({ kind: 'note', note: { ...note, ruleName: context.ruleName(note.ruleId) } });
    parts.push(...due.parts);
  }
  const asked = requested === undefined ? [] : await planRequested(planning, requested);
  return { parts: [...parts, ...asked], commands: new Set(asked.map(({ command }) => command)), timed };
};

const asksTheSame = (a: Timer, b: Timer): boolean =>
  a.kind === b.kind && a.id === b.id && isDeepStrictEqual(a.payload, b.payload);

const firedParts = (fired: FiredTimer, next: readonly Timer[], asked: TimerWork['asked']): UnnumberedPart[] => {
  const timer = { ...fired, ...(next.length === 0 ? {} : { next }) };
  if (asked === undefined || asked.uids.length === 0) return [{ kind: 'timer', timer }];
  return splitUidSet(asked.uids, ASKED_BYTES_MAX).map((uids) => ({
    kind: 'timer' as const,
    timer: { ...timer, asked: { ...asked, uids } },
  }));
};

const ASKED_BYTES_MAX = 2_000;

/** `refused`: a folder will not open, and holds up nothing else. */
const workOf = async (
  context: GatherContext,
  planning: RequestedContext,
  room: number,
  timer: Timer,
): Promise<{ readonly work: TimerWork; readonly parts: readonly UnnumberedPart[] } | 'refused' | undefined> => {
  try {
    const work = await TIMERS.get(timer.kind)?.({ ...context, room }, timer);
    if (work === undefined) return undefined;
    const parts: UnnumberedPart[] = [];
    for (const one of work.requested ?? []) parts.push(...(await planRequested(planning, one)));
    return { work, parts };
  } catch (error) {
    if (isMailyardError(error, 'imap.refused')) return 'refused';
    throw error;
  }
};

/** Looks through the newest of the journal: who asks again does so soon. */
const knowsDraft = async (table: Table, ref: AccountRef, effectId: string): Promise<boolean> => {
  const { parts } = await pageOfJournal(table, ref, { limit: LIMITS.draftsRememberedParts });
  return parts.some(
    ({ part }) =>
      part.kind === 'effect' &&
      part.command.kind === 'draft' &&
      part.command.effectId === effectId &&
      (part.state.state === 'done' || part.state.state === 'parked'),
  );
};
