/**
 * EMAILIDs (RFC 8474 section 5.1): a message keeps its own when it is moved and when its folder is numbered anew. Read by FETCH
 * and compared here: a SEARCH would have to be believed.
 */
import { LIMITS } from '../../limits.ts';
import { emailMarkOf } from '../../mail/fingerprint.ts';
import { hasUid, type UidSet, uidSet } from '../../mail/uid-set.ts';
import { type Cursor, cursorOver, nextItemName, nextToken, skipValue } from '../bulk/tokens.ts';
import type { MailSession } from '../session.ts';
import { withPipe } from './pipe.ts';

/**
 * UIDs at or after `from` in the open folder, `others` left out, whose EMAILID is among the marks; none where the server refuses to
 * tell, or gives the same to so many that it gives none.
 */
export const uidsByEmailId = async (
  session: MailSession,
  marks: ReadonlySet<string>,
  { from, others }: { readonly from: number; readonly others: UidSet },
): Promise<UidSet> => {
  const uids = new Set<number>();
  const { status } = await withPipe(session, (pipe) =>
    pipe.ask(`UID FETCH ${from}:* (UID EMAILID)`, (row, bytes, start, end) => {
      // `n:*` gives the last message even when its UID is below n (RFC 9051 section 6.4.9).
      if (row.kind !== 'row' || row.uid === undefined || row.uid < from) return;
      if (uids.size > LIMITS.fetchBatchMessages || hasUid(others, row.uid)) return;
      const emailId = emailIdIn(bytes, start, end);
      if (emailId !== undefined && marks.has(emailMarkOf(emailId))) uids.add(row.uid);
    }),
  );
  return status === 'OK' && uids.size <= LIMITS.fetchBatchMessages ? uidSet(uids) : [];
};

const emailIdIn = (bytes: Buffer, from: number, to: number): string | undefined => {
  const cursor = cursorOver(bytes, from + 1, to);
  // The number and FETCH.
  nextToken(cursor);
  nextToken(cursor);
  if (nextToken(cursor).kind !== 'open') return undefined;
  for (let name = nextItemName(cursor); name !== undefined; name = nextItemName(cursor)) {
    if (name === 'EMAILID') return nextEmailId(cursor);
    if (!skipValue(cursor)) return undefined;
  }
  return undefined;
};

/** The value of the item: one ObjectID in parentheses; undefined for anything else, which is passed over. */
export const nextEmailId = (cursor: Cursor): string | undefined => {
  const from = cursor.at;
  const opened = nextToken(cursor).kind === 'open';
  const id = nextToken(cursor);
  if (opened && id.kind === 'atom' && nextToken(cursor).kind === 'close') return id.text.toString('latin1');
  cursor.at = from;
  skipValue(cursor);
  return undefined;
};
