/** Carries out the effect parts of a journal, one after the other, and writes down what each came to. */
import { isMailyardError, MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { intersectUids, uidCount } from '../mail/uid-set.ts';
import { claimPart, writeState } from '../store/journal.ts';
import type { Lease } from '../store/lease.ts';
import type { Table } from '../store/table.ts';
import {
  type EffectCommand,
  type FinalState,
  isFinal,
  type JournalPart,
  type OpenState,
  type PartState,
  type Target,
} from '../sync/journal.ts';
import type { EffectRun } from './effects/kind.ts';
import { effectOf } from './effects/table.ts';

export type EffectPart = Extract<JournalPart, { kind: 'effect' }>;
export type FinishedPart = EffectPart & { readonly state: FinalState };

export type EffectsContext = EffectRun & {
  readonly table: Table;
  readonly lease: Lease;
  readonly runId: string;
  /** Milliseconds since 1970 after which no command is sent. */
  readonly deadline: () => number;
  readonly onFinished: (part: FinishedPart) => void | Promise<void>;
};

/**
 * Throws `deadline.reached`, `lease.lost` or `imap.*`; the journal then stays open and the next run goes on with it. What the
 * server refuses holds up the later effects on the same messages, and no others.
 */
export const runEffects = async (context: EffectsContext, parts: readonly EffectPart[]): Promise<void> => {
  const refused: EffectCommand[] = [];
  for (const part of parts) {
    if (!isFinal(part.state) && isHeldUp(part, refused)) continue;
    const state = isFinal(part.state) ? part.state : await runPart(context, part, part.state);
    if (isFinal(state)) await context.onFinished({ ...part, state });
    else refused.push(part.command);
  }
  if (refused.length > 0) throw new MailyardError('imap.refused', `the server refused ${refused.length} commands`);
};

const isHeldUp = ({ command }: EffectPart, refused: readonly EffectCommand[]): boolean =>
  refused.some(
    ({ source, uids }) =>
      source.folderId === command.source.folderId && uidCount(intersectUids(uids, command.uids)) > 0,
  );

/** What the part came to; not final where the server refused it, and may not the next time. */
const runPart = async (context: EffectsContext, part: EffectPart, before: OpenState): Promise<PartState> => {
  const { table, lease, runId } = context;
  const write = (state: PartState) => writeState(table, lease.ref, runId, part.n, lease.epoch, state);
  const { attempt } = before;
  if (attempt > LIMITS.effectAttemptsMax) {
    const parked: PartState = { state: 'parked', attempt, reason: 'tried as often as allowed', at: context.now() };
    await write(parked);
    return parked;
  }
  requireTime(context);
  let open = before;
  const markSent = async (target?: Target): Promise<void> => {
    open = { state: 'sent', attempt, ...(target === undefined ? {} : { target }) };
    await write(open);
    // A worker that was frozen over the write wakes up long after: by then another may hold the account.
    requireTime(context);
  };
  const sentBefore = before.state === 'sent' ? { sentBefore: before } : {};
  const work = effectOf(part.command).run(context, { command: part.command, attempt, ...sentBefore, markSent });
  const outcome = await work.catch((error: unknown): PartState => {
    if (!isMailyardError(error, 'imap.refused')) throw error;
    return { ...open, attempt: attempt + 1, counted: true };
  });
  await write(outcome);
  return outcome;
};

const requireTime = ({ now, deadline }: EffectsContext): void => {
  if (now() >= deadline()) throw new MailyardError('deadline.reached', 'no time for another command');
};

/**
 * Makes the unfinished parts of a run that died ours. Parts are carried out in order, so it died over the first that was not
 * refused: that one is an attempt further, those behind it were not tried.
 */
export const claimParts = async (
  { table, lease, runId }: Pick<EffectsContext, 'table' | 'lease' | 'runId'>,
  parts: readonly EffectPart[],
): Promise<EffectPart[]> => {
  const claimed: EffectPart[] = [];
  const refused: EffectCommand[] = [];
  let met = false;
  for (const part of parts) {
    if (isFinal(part.state)) {
      claimed.push(part);
      continue;
    }
    const { counted, ...state } = part.state;
    const untried: boolean = met || isHeldUp(part, refused);
    const next: OpenState = counted === true || untried ? state : { ...state, attempt: state.attempt + 1 };
    if (counted === true) refused.push(part.command);
    else met ||= !untried;
    await claimPart(table, lease.ref, runId, part.n, lease.epoch, { before: part.state, state: next });
    claimed.push({ ...part, state: next });
  }
  return claimed;
};
