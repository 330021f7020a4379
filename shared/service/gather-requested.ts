/** What this run is to do beside what rules decide: what timers that came due ask for, and what its caller does. */
import { LIMITS } from '../limits.ts';
import type { AccountRef } from '../store/head.ts';
import { pageOfJournal } from '../store/journal.ts';
import type { Table } from '../store/table.ts';
import { timerKeyOf } from '../store/timers.ts';
import type { EffectCommand } from '../sync/journal.ts';
import type { RequestedChanges } from '../sync/requested.ts';
import type { RuleContext } from './apply-rules.ts';
import { planRequested, type RequestedContext } from './plan-requested.ts';
import type { UnnumberedPart } from './plan-run.ts';
import { TIMERS } from './timers/table.ts';
import type { TimerBook } from './timers/timer-book.ts';

export type Gathered = {
  readonly parts: readonly UnnumberedPart[];
  /** Those that the caller asked for. */
  readonly commands: ReadonlySet<EffectCommand>;
};

export type GatherContext = Omit<RequestedContext, 'accountId' | 'isKnownDraft'> & {
  readonly table: Table;
  readonly ref: AccountRef;
  readonly timers: TimerBook;
  readonly tookOver: boolean;
  readonly nowSeconds: number;
  readonly rules: RuleContext;
};

export const gatherRequested = async (
  context: GatherContext,
  { requested }: { readonly requested?: RequestedChanges },
): Promise<Gathered> => {
  const { table, ref } = context;
  const isKnownDraft = (effectId: string) => knowsDraft(table, ref, effectId);
  const planning = { ...context, accountId: ref.accountId, isKnownDraft };
  const parts: UnnumberedPart[] = [];
  for (const timer of await context.timers.due(context.nowSeconds, context.tookOver)) {
    const key = timerKeyOf(timer);
    const wanted = await TIMERS.get(timer.kind)?.(context, timer);
    if (wanted !== undefined && 'advance' in wanted) {
      if (wanted.advance.isLast) context.timers.fired(key);
      else context.timers.set([timer]);
      parts.push({ kind: 'timer', timer: { key, advance: wanted.advance } }, ...wanted.parts);
      continue;
    }
    context.timers.fired(key);
    if (wanted === undefined) continue;
    // Named in the journal, so that a run that dies has it taken away by whoever goes on.
    parts.push({ kind: 'timer', timer: { key } }, ...(await planRequested(planning, wanted)));
  }
  const asked = requested === undefined ? [] : await planRequested(planning, requested);
  return { parts: [...parts, ...asked], commands: new Set(asked.map(({ command }) => command)) };
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
