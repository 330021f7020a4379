/**
 * Finds the messages that a filter holds for, on the mail server: it is asked for what it searches rightly, and what it finds is
 * verified as rules are. Folder by folder in the order of their paths, the newest first in each, as much as one answer may cost.
 */
import { isMailyardError, MailyardError } from '../errors.ts';
import { fetchFacts } from '../imap/messages.ts';
import { searchFolder, searchTrust } from '../imap/search.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import { formatMessageId, type MessageFacts, SHOWN_HEADERS } from '../mail/message.ts';
import { UID_MAX, uidSet } from '../mail/uid-set.ts';
import type { Filter } from '../rules/filter.ts';
import { mayHoldIn } from '../rules/filter-mailboxes.ts';
import { formatSearch } from '../rules/format-search.ts';
import { listsNamed } from '../rules/lists-named.ts';
import { matchesFilter } from '../rules/matches-filter.ts';
import { headersOf, type Needs, needsOfFilter } from '../rules/needs.ts';
import { pushDown } from '../rules/push-down.ts';
import type { AccountRef } from '../store/head.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { requireAccount } from './manage-accounts.ts';
import { openCredential } from './open-credential.ts';
import { knownFolders } from './read-folders.ts';
import { readLists } from './read-lists.ts';
import { invalidPlace, type MessagePlace } from './read-messages.ts';
import { withMailbox } from './with-mailbox.ts';

export type SearchWanted = AccountRef & {
  readonly filter: Filter;
  readonly limit: number;
  readonly after?: MessagePlace;
};

export type FoundMessage = MessageFacts & { readonly id: string };

export type FoundPage = {
  readonly messages: readonly FoundMessage[];
  /** Paths of folders that the server does not have as they were last seen, or would not search. */
  readonly notSearched: readonly string[];
  /** There may be more even where this page is short. */
  readonly next?: MessagePlace;
};

/** Throws `not-found`, `imap.*`, and `validation.failed` for a place that is not there (any more). */
export const searchMessages = async (deps: MailboxDeps, wanted: SearchWanted): Promise<FoundPage> => {
  const ref = { tenant: wanted.tenant, accountId: wanted.accountId };
  const account = await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const known = await knownFolders(deps, ref);
  const { filter, limit, after } = wanted;
  const left = foldersAfter(known, after);
  const folders = known.map(listed);
  const lists = await listsOf(deps, ref.tenant, filter);
  const context = { accountId: ref.accountId, folders, now: deps.now(), me: [account.address], lists };
  const asked: Asked = {
    accountId: ref.accountId,
    filter,
    limit,
    holds: matchesFilter(filter, context),
    needs: needsOf(filter),
    isLate: lateness(deps),
  };
  const credential = await openCredential(deps, account);
  const timeoutMs = deps.deadline() - deps.now();
  return await withMailbox(deps, { account, credential, timeoutMs }, (session) =>
    search(
      session,
      asked,
      left.filter(({ folder }) => mayHoldIn(filter, folder.path, folders)),
    ),
  );
};

const listsOf = async (deps: MailboxDeps, tenant: string, conditions: Filter) => {
  const lists = await readLists(deps.table, tenant, [{ conditions }]);
  const [missing] = listsNamed({ conditions }).filter(({ name }) => !lists.has(name));
  if (missing === undefined) return lists;
  const pointer = missing.pointer.replace(/^\/conditions/, '/filter');
  throw new MailyardError('validation.failed', `there is no list ${missing.name}`, {
    fields: [{ pointer, detail: 'there is no such list; make it first' }],
  });
};

type Left = { readonly folder: FolderCursor; readonly below: number };
type Asked = {
  readonly accountId: string;
  readonly filter: Filter;
  readonly limit: number;
  readonly holds: (facts: MessageFacts) => boolean;
  readonly needs: Needs;
  readonly isLate: () => boolean;
};

const foldersAfter = (known: readonly FolderCursor[], after: MessagePlace | undefined): Left[] => {
  const from = after === undefined ? 0 : known.findIndex(({ id }) => id === after.folderId);
  if (after !== undefined && known[from]?.uidValidity !== after.uidValidity) throw invalidPlace();
  return known.slice(from).map((folder, i) => ({ folder, below: i === 0 && after ? after.uid : UID_MAX + 1 }));
};

const listed = ({ path, role }: FolderCursor): ListedFolder => ({
  path,
  delimiter: '',
  selectable: true,
  ...(role === undefined ? {} : { role }),
});

/** What the filter asks for, and what a person knows a message by. */
const needsOf = (filter: Filter): Needs => {
  const needs = needsOfFilter(filter);
  return {
    headers: headersOf([...needs, { headers: SHOWN_HEADERS }]),
    body: needs.some(({ body }) => body === true),
    structure: needs.some(({ structure }) => structure === true),
  };
};

const lateness = (deps: MailboxDeps): (() => boolean) => {
  const until = Math.min(
    deps.now() + LIMITS.searchSeconds * 1_000,
    deps.deadline() - LIMITS.searchMarginSeconds * 1_000,
  );
  return () => deps.now() >= until;
};

/** Reads at least one batch of one folder, so that each answer goes on. */
const search = async (session: MailSession, asked: Asked, left: readonly Left[]): Promise<FoundPage> => {
  const query = pushDown([{ conditions: asked.filter }], await searchTrust(session));
  const keys = query === undefined ? '' : formatSearch(query);
  const messages: FoundMessage[] = [];
  const notSearched: string[] = [];
  const room = { messages: asked.needs.body ? LIMITS.searchedBodiesMax : LIMITS.searchedMessagesMax };
  for (const [n, { folder, below }] of left.entries()) {
    const place = (uid: number) => ({ folderId: folder.id, uidValidity: folder.uidValidity, uid });
    if (n === LIMITS.searchedFoldersMax || (n > 0 && asked.isLate())) {
      return { messages, notSearched, next: place(below) };
    }
    try {
      const uids = await searchFolder(session, folder, keys, below);
      const end = uids === undefined ? 'not-there' : await verify(session, { ...asked, folder, uids, messages, room });
      if (end === 'not-there') notSearched.push(folder.path);
      else if (end !== undefined) return { messages, notSearched, next: place(end) };
    } catch (error) {
      if (!isMailyardError(error, 'imap.refused')) throw error;
      notSearched.push(folder.path);
    }
  }
  return { messages, notSearched };
};

type Verifying = Asked & {
  readonly folder: FolderCursor;
  /** The newest first. */
  readonly uids: readonly number[];
  readonly messages: FoundMessage[];
  readonly room: { messages: number };
};

/** The UID to go on below, where the answer is full before the folder is through. */
const verify = async (session: MailSession, at: Verifying): Promise<number | 'not-there' | undefined> => {
  const { folder, uids, needs, messages, room } = at;
  const batchMessages = needs.body ? LIMITS.searchBatchBodies : LIMITS.fetchBatchMessages;
  let from = 0;
  while (from < uids.length) {
    if (room.messages <= 0 || (from > 0 && at.isLate())) return (uids[from] as number) + 1;
    const batch = uids.slice(from, from + Math.min(batchMessages, room.messages));
    const found = await fetchFacts(session, folder, uidSet(batch), needs);
    if (found === undefined) return 'not-there';
    from += batch.length;
    room.messages -= batch.length;
    for (const facts of found.toSorted((a, b) => b.uid - a.uid)) {
      if (!at.holds(facts)) continue;
      messages.push({ ...facts, id: idOf(at.accountId, folder, facts.uid) });
      if (messages.length === at.limit) return facts.uid;
    }
  }
  return undefined;
};

const idOf = (accountId: string, { id: folderId, uidValidity }: FolderCursor, uid: number): string =>
  formatMessageId({ accountId, folderId, uidValidity, uid });
