/** Carries out the effect parts of a journal, one after the other, and writes down what each came to. */
import { codeOf, isMailyardError, MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { claimPart, writeState } from '../store/journal.ts';
import type { Lease } from '../store/lease.ts';
import type { Table } from '../store/table.ts';
import { type EffectCommand, isFinal, type JournalPart, type PartState } from '../sync/journal.ts';
import type { Attempt, EffectRun, Outcome } from './effect-deps.ts';
import { runDraft } from './effect-draft.ts';
import { runStore } from './effect-store.ts';
import { runTransfer } from './effect-transfer.ts';

export type EffectPart = Extract<JournalPart, { kind: 'effect' }>;
export type FinishedPart = EffectPart & { readonly state: Extract<PartState, { at: number }> };

export type EffectsContext = EffectRun & {
  readonly table: Table;
  readonly lease: Lease;
  readonly runId: string;
  /** Milliseconds since 1970 after which no command is sent. */
  readonly deadline: () => number;
  readonly onFinished: (part: FinishedPart) => void | Promise<void>;
};

/** Throws `deadline.reached`, `lease.lost` or `imap.*`; the journal then stays open and the next run goes on with it. */
export const runEffects = async (context: EffectsContext, parts: readonly EffectPart[]): Promise<void> => {
  for (const part of parts) {
    const state = isFinal(part.state) ? part.state : await runPart(context, part);
    await context.onFinished({ ...part, state } as FinishedPart);
  }
};

const runPart = async (context: EffectsContext, part: EffectPart): Promise<PartState> => {
  const { table, lease, runId } = context;
  const write = (state: PartState) => writeState(table, lease.ref, runId, part.n, lease.epoch, state);
  const { attempt } = part.state;
  if (attempt > LIMITS.effectAttemptsMax) {
    const parked: PartState = { state: 'parked', attempt, reason: 'tried as often as allowed', at: context.now() };
    await write(parked);
    return parked;
  }
  if (context.now() >= context.deadline()) throw new MailyardError('deadline.reached', 'no time for another command');
  const outcome = await carryOut(context, part.command, {
    attempt,
    ...(part.state.state === 'sent' ? { sentBefore: part.state.target } : {}),
    markSent: (target) => write({ state: 'sent', attempt, target }),
  });
  await write(outcome);
  return outcome;
};

const carryOut = (
  run: EffectRun,
  command: EffectCommand,
  attempt: Omit<Attempt<EffectCommand>, 'command'>,
): Promise<Outcome> => {
  switch (command.kind) {
    case 'store':
      return runStore(run, { ...attempt, command });
    case 'copy':
    case 'move':
      return runTransfer(run, { ...attempt, command });
    case 'draft':
      return runDraft(run, { ...attempt, command });
  }
};

/**
 * Makes the unfinished parts of a run that died ours. Parts are carried out in order, so it died over the first of them: that
 * one is an attempt further, those behind it were not tried.
 */
export const claimParts = async (
  { table, lease, runId }: Pick<EffectsContext, 'table' | 'lease' | 'runId'>,
  parts: readonly EffectPart[],
): Promise<EffectPart[]> => {
  const claimed: EffectPart[] = [];
  const tried = parts.find(({ state }) => !isFinal(state));
  for (const part of parts) {
    const next = part === tried ? { ...part.state, attempt: part.state.attempt + 1 } : part.state;
    if (!isFinal(part.state)) await claimPart(table, lease.ref, runId, part.n, lease.epoch, next);
    claimed.push({ ...part, state: next });
  }
  return claimed;
};

/** Whether a failure is the connection's or the clock's, so that the same run may well succeed later. */
export const isPassing = (error: unknown): boolean =>
  isMailyardError(error) && (codeOf(error).startsWith('imap.') || error.code === 'deadline.reached');
