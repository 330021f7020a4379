/** Carries out the effect parts of a journal in their order, and writes down what each came to. */
import { isMailyardError, MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { NO_UIDS, type UidSet, unionUids } from '../mail/uid-set.ts';
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
  resultsOf,
  sharesMessages,
} from '../sync/journal.ts';
import type { Attempt, EffectRun, Outcome } from './effects/kind.ts';
import { effectOf } from './effects/table.ts';
import { runPiped } from './run-piped.ts';

export type EffectPart = Extract<JournalPart, { kind: 'effect' }>;
export type FinishedPart = EffectPart & { readonly state: FinalState };

export type EffectsContext = Omit<EffectRun, 'provedIn'> & {
  readonly table: Table;
  readonly lease: Lease;
  readonly runId: string;
  /** Milliseconds since 1970 after which no command is sent. */
  readonly deadline: () => number;
  /**
   * What is asked of one folder may go at once. What a dead run left is carried out one by one, so that the one it died over
   * shows.
   */
  readonly together?: true;
  readonly onFinished: (part: FinishedPart) => void | Promise<void>;
};

/**
 * Throws `deadline.reached`, `lease.lost`, `effect.waiting` or `imap.*`; the journal then stays open and the next run goes on
 * with it. What the server refuses, or what has to wait, holds up the later effects on the same messages, and no others.
 */
export const runEffects = async (context: EffectsContext, parts: readonly EffectPart[]): Promise<void> => {
  const open: EffectCommand[] = [];
  const errors: MailyardError[] = [];
  // Those that are done already, first: a part before them may have to be looked for again.
  const finished = parts.filter((part): part is FinishedPart => isFinal(part.state));
  const provedIn = (path: string, uidValidity: number): UidSet =>
    finished.reduce((uids, part) => unionUids(uids, resultsOf(part, path, uidValidity)), NO_UIDS);
  const run = { ...context, provedIn };
  let left = parts;
  while (left.length > 0) {
    const together = await runPiped(
      run,
      left,
      (part) => !isHeldUp(part, open),
      (part, before, carryOut) => runPart(run, part, before, errors, carryOut),
    );
    finished.push(...together.filter((part): part is FinishedPart => isFinal(part.state)));
    for (const part of together.length > 0 ? together : left.slice(0, 1)) {
      const wasRefused = !isFinal(part.state) && part.state.counted === true && together.length > 0;
      if (!isFinal(part.state) && !wasRefused && isHeldUp(part, open)) continue;
      const state = isFinal(part.state) || wasRefused ? part.state : await runPart(run, part, part.state, errors);
      if (!isFinal(state)) {
        open.push(part.command);
        continue;
      }
      if (!isFinal(part.state)) finished.push({ ...part, state });
      await context.onFinished({ ...part, state });
    }
    left = left.slice(Math.max(together.length, 1));
  }
  // What has to wait comes last: until then nothing can be done about the others either.
  const error = errors.find(({ code }) => code === 'effect.waiting') ?? errors[0];
  if (error !== undefined) throw error;
};

export type CarryOut = (attempt: Attempt) => Promise<Outcome | undefined>;

const isHeldUp = ({ command }: EffectPart, refused: readonly EffectCommand[]): boolean =>
  refused.some((other) => sharesMessages(other, command));

/**
 * What the part came to; not final where the server refused it, or where it has to wait: then the error is put with the others.
 * Also where `carryOut` came to nothing: as it was written down last.
 */
const runPart = async (
  context: EffectsContext & EffectRun,
  part: EffectPart,
  before: OpenState,
  errors: MailyardError[],
  carryOut: CarryOut = (attempt) => effectOf(part.command).run(context, attempt),
): Promise<PartState> => {
  const { table, lease, runId, now, session } = context;
  const { command } = part;
  const write = (state: PartState) => writeState(table, lease.ref, runId, part.n, lease.epoch, state);
  const { attempt } = before;
  if (attempt > LIMITS.effectAttemptsMax || (before.deaths ?? 0) >= LIMITS.effectDeathsMax) {
    const parked: PartState = { state: 'parked', attempt, reason: 'tried as often as allowed', at: now() };
    await write(parked);
    return parked;
  }
  requireTime(context);
  const sentBefore = before.state === 'sent' ? before : undefined;
  let open = before;
  const mark = async (state: OpenState): Promise<void> => {
    open = state;
    await write(open);
    // A worker that was frozen over the write wakes up long after: by then another may hold the account.
    requireTime(context);
  };
  const attempting: Attempt = {
    command,
    attempt,
    ...(sentBefore === undefined ? {} : { sentBefore }),
    markSent: async (given, how) => {
      const mayDouble = sentBefore?.byCopy === true || !effectOf(command).isIdempotent(session);
      if (sentBefore !== undefined && mayDouble) requireGrace(sentBefore.sentAt, now());
      const target = sentBefore?.target ?? given;
      await mark({ state: 'sent', attempt, sentAt: now(), ...how, ...(target === undefined ? {} : { target }) });
    },
    markCopied: (copied) => mark({ ...(open as Extract<OpenState, { state: 'sent' }>), copied }),
  };
  const outcome = await carryOut(attempting).catch((error: unknown): PartState => {
    if (isMailyardError(error, 'effect.waiting')) {
      errors.push(error);
      return { ...before, counted: true };
    }
    if (!isMailyardError(error, 'imap.refused')) throw error;
    errors.push(error);
    // The server answered what was sent now, so that is not on its way; a set of messages may still have been done in part.
    const answered = open !== before && 'sentAt' in open;
    return { ...open, attempt: attempt + 1, counted: true, ...(answered ? { sentAt: 0 } : {}) };
  });
  if (outcome === undefined) return open;
  await write(outcome);
  return outcome;
};

/** A connection that broke may still hold the command: the server gives a dead one up after minutes. */
const requireGrace = (sentAt: number, now: number): void => {
  const seconds = Math.ceil((sentAt - now) / 1_000) + LIMITS.resendGraceSeconds;
  if (seconds <= 0) return;
  throw new MailyardError('effect.waiting', 'a command may still be on its way to the server', {
    retryAfterSeconds: seconds,
  });
};

const requireTime = ({ now, deadline }: EffectsContext): void => {
  if (now() >= deadline()) throw new MailyardError('deadline.reached', 'no time for another command');
};

/**
 * Makes the unfinished parts of a run that died ours. Parts are carried out in order, so it died over the first that was not
 * refused: that one is an attempt further where it was sent, those behind it were not tried.
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
    const next: OpenState = counted === true || untried ? state : afterDeath(state);
    if (counted === true) refused.push(part.command);
    else met ||= !untried;
    await claimPart(table, lease.ref, runId, part.n, lease.epoch, { before: part.state, state: next });
    claimed.push({ ...part, state: next });
  }
  return claimed;
};

/** What was never sent is not given up because the database, or the line, broke down some times before. */
const afterDeath = (state: OpenState): OpenState =>
  state.state === 'sent' && state.unsent !== true
    ? { ...state, attempt: state.attempt + 1, unsent: true }
    : { ...state, deaths: (state.deaths ?? 0) + 1 };
