/** What changed in an account's folders since a state that the caller knows: the journal, read forwards. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { readCursorPages } from '../store/cursors.ts';
import { type AccountRef, readHead } from '../store/head.ts';
import { journalAfter, pageOfJournal, type StoredJournalPart } from '../store/journal.ts';
import { changeCount, changesOfPart, type FolderChanges, mergeChanges } from '../sync/changes.ts';
import type { BaseDeps } from './deps.ts';
import { requireAccount } from './manage-accounts.ts';

export type Changes = {
  readonly oldState: string;
  readonly newState: string;
  readonly hasMoreChanges: boolean;
  readonly folders: readonly FolderChanges[];
};

/** The state of an account that no run has closed a journal for. */
const BEGINNING = '0';

/**
 * Without `since` the state of now, with nothing in it. A state is the last run told of.
 * Throws `not-found`, `changes.cannot-calculate`: the caller lists the messages anew and goes on from the state of now.
 */
export const readChanges = async (
  deps: Pick<BaseDeps, 'table' | 'now'>,
  { since, ...ref }: AccountRef & { readonly since?: string },
): Promise<Changes> => {
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const openJournal = (await readHead(deps.table, ref))?.openJournal;
  if (since === undefined) {
    const newState = await latestState(deps, ref, openJournal);
    return { oldState: newState, newState, hasMoreChanges: false, folders: [] };
  }
  const oldest = deps.now() - LIMITS.activityRetentionDays * 86_400_000;
  if (since !== BEGINNING && Number.parseInt(since, 36) < oldest) throw cannotCalculate('the state is too old');
  const { parts, more } = await journalAfter(deps.table, ref, since, LIMITS.journalReadsPerAnswerMax);
  const told = wholeRuns(parts, openJournal, more);
  const folders = await foldersOf(deps, ref, told);
  const newState = told.at(-1)?.runId ?? since;
  return { oldState: since, newState, hasMoreChanges: more && newState !== since, folders };
};

/** Up to the run that is under way, and without a last one that was read in part. */
const wholeRuns = (
  parts: readonly StoredJournalPart[],
  openJournal: string | undefined,
  more: boolean,
): StoredJournalPart[] => {
  const cut = more ? parts.at(-1)?.runId : undefined;
  if (cut !== undefined && parts[0]?.runId === cut) throw cannotCalculate('one run changed too much to be told');
  return parts.filter(({ runId }) => runId !== cut && (openJournal === undefined || runId < openJournal));
};

const foldersOf = async (
  { table }: Pick<BaseDeps, 'table'>,
  ref: AccountRef,
  told: readonly StoredJournalPart[],
): Promise<FolderChanges[]> => {
  if (told.length === 0) return [];
  const cursors = (await readCursorPages(table, ref)).flatMap((page) => page.folders);
  const folderIdAt = (path: string, uidValidity: number) =>
    cursors.find((cursor) => cursor.path === path && cursor.uidValidity === uidValidity)?.id;
  const all: FolderChanges[] = [];
  for (const { part } of told) {
    const changes = changesOfPart(part, folderIdAt);
    if (changes === 'unknown') throw cannotCalculate('a folder was mirrored anew');
    all.push(...changes);
  }
  const merged = mergeChanges(all);
  if (changeCount(merged) > LIMITS.changesPerAnswerMax) throw cannotCalculate('too much changed to be told');
  return merged.filter((folder) => changeCount([folder]) > 0);
};

const latestState = async (
  { table }: Pick<BaseDeps, 'table'>,
  ref: AccountRef,
  openJournal: string | undefined,
): Promise<string> => {
  let after: string | undefined;
  for (let reads = 0; reads < LIMITS.journalReadsPerAnswerMax; reads += 1) {
    const { parts, next } = await pageOfJournal(table, ref, { limit: 100, ...(after === undefined ? {} : { after }) });
    const closed = parts.find(({ runId }) => openJournal === undefined || runId < openJournal);
    if (closed !== undefined) return closed.runId;
    if (next === undefined) break;
    after = next;
  }
  return BEGINNING;
};

const cannotCalculate = (why: string): MailyardError =>
  new MailyardError(
    'changes.cannot-calculate',
    `${why}; list the messages anew, then ask without \`since\` for a state`,
  );
