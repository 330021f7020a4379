/** The first half of a run: looks at every folder that changed, and decides what is new in it. Nothing is written or done. */
import { isMailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import { type UidSet, uidCount, uidSet, uidsOf, withoutUids } from '../mail/uid-set.ts';
import type { News } from '../sync/journal.ts';
import { keywordsAt, type MessageList, messageListOf, withMessages, withoutMessages } from '../sync/message-list.ts';
import { type PlanContext, planFolder } from '../sync/plan.ts';
import type { AgesBook } from './ages-book.ts';
import type { Decided } from './apply-rules.ts';
import type { Books } from './books.ts';
import { type DecideContext, decideFolder } from './gather-folder.ts';
import { type Observation, observeSafely } from './observe-folder.ts';
import type { FolderShare } from './plan-run.ts';
import { type LastResyncs, openLastResyncs } from './resync-last.ts';

export type Gathering = {
  readonly shares: readonly FolderShare[];
  /** Something is left for the next run: the time or the number of messages was used up, or a folder did not show all. */
  readonly more: boolean;
  /** Folders and messages that the server would not show: left undecided for the next run, while all others go on. */
  readonly refused: number;
};

export type GatherOptions = DecideContext & {
  readonly ages: AgesBook;
  readonly folders: readonly ListedFolder[];
  readonly plan: PlanContext;
  /** The same, once ENABLE is answered: to be waited for before imapflow is asked for anything. */
  readonly answered: () => Promise<PlanContext>;
  /** Nothing but what the folders bring is to be done: the connection may end with them. */
  readonly isAllThereIs: boolean;
  /** Folders that another run will read in bulk. */
  readonly skip: ReadonlySet<string>;
};

export const gather = async (books: Books, options: GatherOptions): Promise<Gathering> => {
  const last = options.isAllThereIs ? openLastResyncs(books, options) : undefined;
  const plan = last === undefined ? await options.answered() : options.plan;
  try {
    return await lookAtFolders(books, { ...options, plan }, last);
  } finally {
    await last?.close();
  }
};

const lookAtFolders = async (
  books: Books,
  options: GatherOptions,
  last: LastResyncs | undefined,
): Promise<Gathering> => {
  const { session, folders } = options;
  const shares: FolderShare[] = [];
  let room: number = LIMITS.messagesPerRunMax;
  let more = false;
  let refused = 0;
  for (const folder of folders) {
    const { status } = folder;
    const cursor = books.cursorAt(folder.path);
    const { kind } = planFolder(cursor, folder, options.plan);
    if (options.skip.has(folder.path)) {
      more = true;
      continue;
    }
    if (kind === 'unchanged' || status === undefined) {
      if (cursor !== undefined && cursor.role !== folder.role) {
        const { role: _role, ...level } = cursor;
        books.settle(folder, level);
      }
      continue;
    }
    if (options.rules.isLate()) {
      more = true;
      break;
    }
    const place = { folderId: books.idFor(folder.path), uidValidity: status.uidValidity };
    // Read while the server answers.
    const mirror = books.mirrors.read(place);
    mirror.catch(() => undefined);
    const look = last?.observe(folder, mirror) ?? observeSafely(session, folder, cursor, kind, mirror);
    const seen = await look.catch((error: unknown) => {
      if (!isMailyardError(error, 'imap.refused')) throw error;
      refused += 1;
      return undefined;
    });
    if (seen === undefined) {
      more = true;
      continue;
    }
    const before = await mirror;
    const { decided, open, unheard, ...told } = await decideFolder(options, {
      folderId: place.folderId,
      folder,
      cursor,
      before,
      seen,
      room,
    });
    room -= decided.length;
    refused += told.refused;
    const atRest = seen.complete && uidCount(open) + uidCount(unheard) === 0;
    if (!atRest && decided.length === 0 && (kind === 'first' || kind === 'reseed')) {
      // It is begun again: no cursor would lead to what was written of it.
      more = true;
      continue;
    }
    await books.mirrors.set(place, restored(withoutMessages(seen.messages, open), before, unheard));
    await options.ages.look(place, folder.path, before, await books.mirrors.read(place));
    if (atRest) books.settle(folder, status, isFullLook(seen) ? options.nowSeconds : cursor?.lookedAt);
    else {
      more = true;
      // What was decided stays decided, also where the first sync of the folder goes on in the next run.
      if (decided.length > 0 && kind === 'first') books.unsettled(folder.path, status.uidValidity);
    }
    shares.push({
      source: { ...place, path: folder.path },
      plan: kind,
      arrived: arrivedOf(seen, decided, open),
      changed: withoutUids(seen.changed, unheard),
      gone: seen.gone,
      cursor: books.cursorAt(folder.path) ?? { id: place.folderId, path: folder.path, ...status },
      decided,
    });
  }
  return { shares, more, refused };
};

/** The messages, some with the flags that they had before. */
const restored = (messages: MessageList, before: MessageList, uids: UidSet): MessageList => {
  if (uidCount(uids) === 0) return messages;
  const rows = [...uidsOf(uids)].flatMap((uid) => {
    const keywords = keywordsAt(before, uid);
    return keywords === undefined ? [] : [{ uid, keywords }];
  });
  return withMessages(messages, messageListOf(rows));
};

/** Each row of the folder was seen, not only what a server said had changed. */
const isFullLook = ({ plan }: Observation): boolean => plan === 'compare' || plan === 'first' || plan === 'reseed';

/** For a first sync or a reseed only what rules decided: the rest is old mail, not news. */
const arrivedOf = (seen: Observation, decided: readonly Decided[], open: UidSet): UidSet =>
  seen.plan === 'first' || seen.plan === 'reseed'
    ? uidSet(decided.map(({ facts }) => facts.uid))
    : withoutUids(seen.arrived, open);

/** Folders that a complete LIST no longer shows. A listing without INBOX is none to believe. */
export const dropVanished = (books: Books, folders: readonly ListedFolder[]): News[] => {
  if (!folders.some(({ path }) => path === 'INBOX')) return [];
  const there = new Set(folders.filter(({ selectable }) => selectable).map(({ path }) => path));
  const gone = books.cursors().filter(({ path }) => !there.has(path));
  for (const cursor of gone) books.drop(cursor);
  return gone.map(({ path }) => ({ event: 'folder.deleted', path }));
};
