/** Looks at one folder that changed, and tells what it saw beside what the mirror held. */
import { listAll, listChanges } from '../imap/listing.ts';
import type { MailSession } from '../imap/session.ts';
import type { ListedFolder } from '../mail/folder.ts';
import { NO_UIDS, type UidSet, uidCount, withoutUids } from '../mail/uid-set.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import { applyDelta, compareLists } from '../sync/delta.ts';
import { listedUids, type MessageList, NO_MESSAGES } from '../sync/message-list.ts';
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

/** undefined when the folder went away meanwhile. `mirror` is what is stored under the UIDVALIDITY of the listing. */
export const observeFolder = async (
  session: MailSession,
  folder: ListedFolder,
  cursor: FolderCursor | undefined,
  plan: FolderPlan['kind'],
  mirror: MessageList,
): Promise<Observation | undefined> => {
  if (plan === 'delta' && cursor?.highestModseq !== undefined) {
    const observed = await observeDelta(session, folder.path, cursor.highestModseq, mirror);
    if (observed !== 'something-missing') {
      return observed?.uidValidity === folder.status?.uidValidity ? observed : undefined;
    }
  }
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

const observeDelta = async (
  session: MailSession,
  path: string,
  since: bigint,
  mirror: MessageList,
): Promise<Observation | 'something-missing' | undefined> => {
  const mirrored = listedUids(mirror);
  const arrivedAmong = (rows: MessageList) => uidCount(withoutUids(listedUids(rows), mirrored));
  const changes = await listChanges(session, path, since, mirror.uids.length, arrivedAmong);
  if (changes === undefined) return undefined;
  const { uidValidity, rows, all, complete } = changes;
  // A message that shows up late keeps the MODSEQ it had: no change brings it, and the mirror lacks it.
  if (uidCount(withoutUids(withoutUids(all ?? NO_UIDS, mirrored), listedUids(rows))) > 0) return 'something-missing';
  const gone = all === undefined || !complete ? NO_UIDS : withoutUids(mirrored, all);
  const messages = applyDelta(mirror, { rows, gone });
  const { arrived, changed } = compareLists(mirror, messages);
  return { plan: 'delta', uidValidity, messages, arrived, changed, gone, complete };
};
