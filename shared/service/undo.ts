/**
 * Puts back what was done: one entry of the activity, a whole run, or what a rule did since a time. It is asked for like any
 * change by hand, so it has a journal and evidence of its own, and is no undo of what the owner changed since.
 */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { hasUid, type UidSet, uidCount } from '../mail/uid-set.ts';
import type { AccountRef } from '../store/head.ts';
import { journalAfter, readRun } from '../store/journal.ts';
import { narrow } from '../sync/batch.ts';
import { mappedPairs, mappingOf, type Requester } from '../sync/journal.ts';
import { beforeRunsSince } from '../sync/run-id.ts';
import { type ChangedMailbox, changeMailbox } from './change-mailbox.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { requireAccount } from './manage-accounts.ts';
import { asUndone, planUndo, type RunPart, type Undone, type UndoPlan } from './plan-undo.ts';

export type UndoWhat =
  | { readonly what: 'entry'; readonly runId: string; readonly n: number }
  | { readonly what: 'run'; readonly runId: string }
  /** `since` in milliseconds since 1970. */
  | { readonly what: 'rule'; readonly ruleId: string; readonly since: number };

export type UndoReport = ChangedMailbox & Pick<UndoPlan, 'impossible'>;

/**
 * Throws `not-found`, `undo.impossible` where nothing of it can be undone, `message.gone` where no message is where the record
 * says, and what `changeMailbox` throws.
 */
export const undo = async (
  deps: MailboxDeps,
  { ref, what }: { readonly ref: AccountRef; readonly what: UndoWhat },
): Promise<UndoReport> => {
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const history = await historyOf(deps, ref, what);
  const undone = history.flatMap((entry) => wanted(entry, what) ?? []);
  if (what.what !== 'rule' && undone.length === 0) throw nothingDone(history, what);
  const { changes, impossible } = planUndo(undone, history);
  if (changes.length === 0) {
    const [first] = impossible;
    if (first !== undefined) throw new MailyardError('undo.impossible', `it cannot be undone: ${first.reason}`);
    return { parts: [], impossible };
  }
  const requester: Requester = { by: 'undo', activityId: nameOf(what) };
  const { parts } = await changeMailbox(deps, { ref, requested: { requester, changes } });
  if (parts.every(isNotThere)) {
    throw new MailyardError('message.gone', 'the messages are no longer where they were put; they are left alone');
  }
  return { parts, impossible };
};

/** The messages, that is; a former folder that is missing is another matter. */
const isNotThere = ({ command, state }: ChangedMailbox['parts'][number]): boolean => {
  if (state.state !== 'skipped') return false;
  if (state.reason === 'mailbox-missing') return command.source.folderId === '';
  return state.reason === 'message-gone' || state.reason === 'uidvalidity-changed';
};

const nameOf = (what: UndoWhat): string => {
  if (what.what === 'rule') return what.ruleId;
  return what.what === 'run' ? what.runId : `${what.runId}-${what.n}`;
};

/** From the oldest run in question to now, oldest first. Throws `request.too-large` where that is more than may be read. */
const historyOf = async ({ table }: MailboxDeps, ref: AccountRef, what: UndoWhat): Promise<RunPart[]> => {
  const from = what.what === 'rule' ? beforeRunsSince(what.since) : what.runId;
  const own = what.what === 'rule' ? [] : await readRun(table, ref, what.runId);
  if (what.what !== 'rule' && own.length === 0) throw new MailyardError('not-found', 'there is no such activity');
  const { parts, more } = await journalAfter(table, ref, from, LIMITS.journalReadsPerUndoMax);
  if (more) throw new MailyardError('request.too-large', 'too much has been done since; undo it in smaller pieces');
  return [...own, ...parts];
};

const wanted = (entry: RunPart, what: UndoWhat): Undone | undefined => {
  const done = asUndone(entry);
  if (done === undefined) return undefined;
  if (what.what === 'entry') return entry.runId === what.runId && done.n === what.n ? done : undefined;
  if (what.what === 'run') return entry.runId === what.runId ? done : undefined;
  const ours = done.command.askedBy.find((asker) => asker.by === 'rule' && asker.ruleId === what.ruleId);
  if (ours === undefined) return undefined;
  return uidCount(ours.uids) === uidCount(done.command.uids) ? done : narrowed(done, ours.uids);
};

/** Of several rules' command the messages of one. */
const narrowed = (done: Undone, uids: UidSet): Undone => {
  const { mapping } = done.state.evidence;
  const pairs = mapping === undefined ? undefined : [...mappedPairs(mapping)].filter(([from]) => hasUid(uids, from));
  const evidence = { ...done.state.evidence, ...(pairs === undefined ? {} : { mapping: mappingOf(pairs) }) };
  return { ...done, command: narrow(done.command, uids), state: { ...done.state, evidence } };
};

const nothingDone = (history: readonly RunPart[], what: Exclude<UndoWhat, { what: 'rule' }>): MailyardError => {
  const known = history.some(({ runId, part }) => runId === what.runId && (what.what === 'run' || part.n === what.n));
  return known
    ? new MailyardError('undo.impossible', 'nothing was done, so there is nothing to undo')
    : new MailyardError('not-found', 'there is no such activity');
};
