/** Looks at one folder that changed, and tells what it saw beside what the mirror held. */
import { listAll, listChanges, uidsWithin } from '../imap/listing.ts';
import { type Resync, resyncFolder } from '../imap/resync.ts';
import type { MailSession } from '../imap/session.ts';
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import { intersectUids, NO_UIDS, type UidSet, uidCount, uidRange, unionUids, withoutUids } from '../mail/uid-set.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import { applyDelta, compareLists, compareRows } from '../sync/delta.ts';
import {
  heldUids,
  listedUids,
  type MessageList,
  NO_MESSAGES,
  withMessages,
  withoutMessages,
} from '../sync/message-list.ts';
import type { FolderPlan } from '../sync/plan.ts';

export type Observation = {
  readonly plan: FolderPlan['kind'];
  readonly uidValidity: number;
  /** The mirror as it should be, arrivals included. */
  readonly messages: MessageList;
  readonly arrived: UidSet;
  readonly changed: UidSet;
  readonly gone: UidSet;
  /** False: the server did not show all it has; nothing is held to be gone and the cursor stays. */
  readonly complete: boolean;
};

/**
 * As `observeFolder` below; when much is gone at once, the server is asked for it by UID, and what it still has is not gone.
 */
export const observeSafely = async (
  session: MailSession,
  folder: ListedFolder,
  cursor: FolderCursor | undefined,
  plan: FolderPlan['kind'],
  mirrored: Promise<MessageList>,
): Promise<Observation | undefined> => {
  const seen = await observeFolder(session, folder, cursor, plan, mirrored);
  const mirror = await mirrored;
  if (seen === undefined || !isMassDeletion(uidCount(seen.gone), mirror.uids.length)) return seen;
  const still = intersectUids(seen.gone, await uidsWithin(session, seen.gone[0]?.[0] ?? 1, seen.gone.at(-1)?.[1] ?? 1));
  if (uidCount(still) === 0) return seen;
  const kept = withoutMessages(mirror, withoutUids(listedUids(mirror), still));
  return {
    ...seen,
    gone: withoutUids(seen.gone, still),
    messages: withMessages(seen.messages, kept),
    complete: false,
  };
};

export const isMassDeletion = (gone: number, mirrored: number): boolean =>
  gone > LIMITS.massDeletionMessages && gone > mirrored * LIMITS.massDeletionShare;

/** undefined when the folder went away meanwhile. `mirrored` is what is stored under the UIDVALIDITY of the listing. */
const observeFolder = async (
  session: MailSession,
  folder: ListedFolder,
  cursor: FolderCursor | undefined,
  plan: FolderPlan['kind'],
  mirrored: Promise<MessageList>,
): Promise<Observation | undefined> => {
  if (plan === 'window') {
    const observed = await observePart(session, folder.path, { plan }, await mirrored);
    if (observed !== 'something-missing') {
      return observed?.uidValidity === folder.status?.uidValidity ? observed : undefined;
    }
  }
  if ((plan === 'resync' || plan === 'delta') && cursor?.highestModseq !== undefined) {
    const since = { uidValidity: cursor.uidValidity, modseq: cursor.highestModseq };
    const observed =
      plan === 'resync'
        ? await observeResync(session, folder.path, since, mirrored)
        : await observePart(session, folder.path, { plan, changedSince: since.modseq }, await mirrored);
    if (observed !== 'something-missing') {
      return observed?.uidValidity === folder.status?.uidValidity ? observed : undefined;
    }
  }
  return await observeAll(session, folder, plan, await mirrored);
};

const observeAll = async (
  session: MailSession,
  folder: ListedFolder,
  plan: FolderPlan['kind'],
  mirror: MessageList,
): Promise<Observation | undefined> => {
  const listing = await listAll(session, folder.path);
  if (listing === undefined) return undefined;
  const { uidValidity, rows, complete } = listing;
  if (uidValidity !== folder.status?.uidValidity) return undefined;
  const before = plan === 'first' || plan === 'reseed' ? NO_MESSAGES : mirror;
  const { arrived, changed, gone } = compareLists(before, rows);
  // A row that is missing from an incomplete listing proves nothing.
  if (!complete) {
    const messages = applyDelta(before, { rows, gone: NO_UIDS });
    return { plan, uidValidity, messages, arrived, changed, gone: NO_UIDS, complete };
  }
  return { plan, uidValidity, messages: rows, arrived, changed, gone, complete };
};

/** One command tells what changed and what vanished; the counts must agree, or all is looked at. */
const observeResync = async (
  session: MailSession,
  path: string,
  since: { readonly uidValidity: number; readonly modseq: bigint },
  mirrored: Promise<MessageList>,
): Promise<Observation | 'something-missing'> => {
  const [seen, mirror] = await Promise.all([resyncFolder(session, path, since), mirrored]);
  return seen === undefined ? 'something-missing' : resynced(mirror, seen);
};

/** What a resynchronisation comes to; the counts must agree. */
export const resynced = (mirror: MessageList, seen: Resync): Observation | 'something-missing' => {
  const gone = heldUids(mirror, seen.vanished);
  const messages = applyDelta(mirror, { rows: seen.rows, gone });
  // A server that loses the topmost VANISHED, or a message that shows up late, makes the counts differ.
  if (messages.uids.length !== seen.exists) return 'something-missing';
  const { uidValidity } = seen;
  return { plan: 'resync', uidValidity, messages, ...newsOf(mirror, seen.rows, gone), gone, complete: true };
};

/**
 * The rows that changed, or the newest ones; `silent` are messages of the mirror that such a look says nothing of. What is
 * gone is told by a list of all UIDs.
 */
const observePart = async (
  session: MailSession,
  path: string,
  part: { readonly plan: 'delta'; readonly changedSince: bigint } | { readonly plan: 'window' },
  mirror: MessageList,
): Promise<Observation | 'something-missing' | undefined> => {
  const mirrored = listedUids(mirror);
  const from = mirror.uids.at(-LIMITS.windowMessages) ?? 1;
  const [since, silent] =
    part.plan === 'delta' ? [part, mirrored] : [{ from }, intersectUids(mirrored, uidRange(1, from - 1))];
  const changes = await listChanges(session, path, since, { mirrored, silent });
  if (changes === undefined) return undefined;
  const { uidValidity, rows, all = NO_UIDS, complete } = changes;
  // A message that shows up late keeps the MODSEQ it had: no change brings it, and the mirror lacks it. Or it was left out.
  if (withoutUids(all, unionUids(silent, listedUids(rows))).length > 0) return 'something-missing';
  const gone = changes.all === undefined || !complete ? NO_UIDS : withoutUids(mirrored, all);
  const messages = applyDelta(mirror, { rows, gone });
  return { plan: part.plan, uidValidity, messages, ...newsOf(mirror, rows, gone), gone, complete };
};

/** A message that has a row and is gone nevertheless did not change. */
const newsOf = (mirror: MessageList, rows: MessageList, gone: UidSet): Pick<Observation, 'arrived' | 'changed'> => {
  const { arrived, changed } = compareRows(mirror, rows);
  return { arrived, changed: withoutUids(changed, gone) };
};
