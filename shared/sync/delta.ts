/** What changed between the mirror of a folder and what the server lists now; columns in, UID sets out. */
import type { UidSet } from '../mail/uid-set.ts';
import { combinationTable } from './combination-table.ts';
import { appendUid, lowerBound, type MessageList, withMessages, withoutMessages } from './message-list.ts';

export type ListDelta = {
  /** Listed and not in the mirror: to be decided, whatever their UID. */
  readonly arrived: UidSet;
  /** In the mirror and no longer listed. */
  readonly gone: UidSet;
  /** In both, with other keywords. */
  readonly changed: UidSet;
};

/** `listing` must hold all messages of the folder. */
export const compareLists = (mirror: MessageList, listing: MessageList): ListDelta => {
  const table = combinationTable();
  const mirrored = table.indexesOf(mirror.combinations);
  const listed = table.indexesOf(listing.combinations);
  const arrived: [number, number][] = [];
  const gone: [number, number][] = [];
  const changed: [number, number][] = [];
  let i = 0;
  let j = 0;
  while (i < mirror.uids.length || j < listing.uids.length) {
    // Past the end of a list no UID is left, and Infinity is above all of the other's.
    const ours = mirror.uids[i] ?? Number.POSITIVE_INFINITY;
    const theirs = listing.uids[j] ?? Number.POSITIVE_INFINITY;
    if (theirs < ours) appendUid(arrived, theirs);
    else if (ours < theirs) appendUid(gone, ours);
    else if (mirrored[mirror.combinationOf[i] as number] !== listed[listing.combinationOf[j] as number]) {
      appendUid(changed, ours);
    }
    if (ours <= theirs) i += 1;
    if (theirs <= ours) j += 1;
  }
  return { arrived, gone, changed };
};

/** What rows say that the mirror does not; of messages without a row nothing is known. Takes as long as there are rows. */
export const compareRows = (mirror: MessageList, rows: MessageList): Omit<ListDelta, 'gone'> => {
  const table = combinationTable();
  const mirrored = table.indexesOf(mirror.combinations);
  const seen = table.indexesOf(rows.combinations);
  const arrived: [number, number][] = [];
  const changed: [number, number][] = [];
  let at = 0;
  for (let i = 0; i < rows.uids.length; i += 1) {
    const uid = rows.uids[i] as number;
    at = lowerBound(mirror.uids, uid, at);
    if (mirror.uids[at] !== uid) appendUid(arrived, uid);
    else if (mirrored[mirror.combinationOf[at] as number] !== seen[rows.combinationOf[i] as number]) {
      appendUid(changed, uid);
    }
  }
  return { arrived, changed };
};

/**
 * The mirror after a partial answer: `rows` are messages new or changed, `gone` those no longer there. A message in both
 * is gone, for an expunged UID never comes back (RFC 9051 section 2.3.1.1).
 */
export const applyDelta = (
  mirror: MessageList,
  delta: { readonly rows: MessageList; readonly gone: UidSet },
): MessageList => withoutMessages(withMessages(mirror, delta.rows), delta.gone);
