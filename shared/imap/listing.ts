/** What a folder holds: UIDs and keywords, in full or only what changed since a MODSEQ (RFC 7162 section 3.1.4). */
import { keywordsOf } from '../mail/keyword.ts';
import { UID_MAX, type UidSet, uidSet } from '../mail/uid-set.ts';
import type { MessageList } from '../sync/message-list.ts';
import { messageListBuilder, NO_MESSAGES, sliceMessages } from '../sync/message-list.ts';
import { answered, requireConnection } from './errors.ts';
import { existsNow, selectFolder } from './selected.ts';
import type { MailSession } from './session.ts';

export type Listing = {
  readonly uidValidity: number;
  readonly rows: MessageList;
  /** Every message there is has a row: only then is a missing one gone. */
  readonly complete: boolean;
};

/** undefined when the folder is not there. */
export const listAll = async (session: MailSession, path: string): Promise<Listing | undefined> => {
  const selected = await selectFolder(session, path);
  if (selected === undefined) return undefined;
  const rows = selected.exists === 0 ? NO_MESSAGES : await fetchRows(session, {});
  // What comes in meanwhile is no gap: a folder where mail arrives with every listing would else never be known in full.
  const before = sliceMessages(rows, 1, (selected.uidNext ?? UID_MAX + 1) - 1).uids.length;
  const complete = before >= Math.min(selected.exists, existsNow(session));
  return { uidValidity: selected.uidValidity, rows, complete };
};

/** Rows from a UID on. Messages below are known to be gone by count alone, as with `listChanges`. */
export const listWindow = (
  session: MailSession,
  path: string,
  from: number,
  mirroredBelow: number,
): Promise<Changes | undefined> =>
  listSome(session, path, { range: `${from}:*`, from }, (rows) => mirroredBelow + rows.uids.length);

export type Changes = {
  readonly uidValidity: number;
  readonly rows: MessageList;
  /** All UIDs, asked for only when the count shows that some are gone. */
  readonly all?: UidSet;
  readonly complete: boolean;
};

/**
 * Rows changed since `changedSince`. Messages are known to be gone by count: what the mirror held plus what is new, against
 * EXISTS; `arrivedAmong` counts the new ones among the changed rows.
 */
export const listChanges = (
  session: MailSession,
  path: string,
  changedSince: bigint,
  mirrored: number,
  arrivedAmong: (rows: MessageList) => number,
): Promise<Changes | undefined> => listSome(session, path, { changedSince }, (rows) => mirrored + arrivedAmong(rows));

const listSome = async (
  session: MailSession,
  path: string,
  what: { readonly range?: string; readonly from?: number; readonly changedSince?: bigint },
  expected: (rows: MessageList) => number,
): Promise<Changes | undefined> => {
  const selected = await selectFolder(session, path);
  if (selected === undefined) return undefined;
  const fetched = selected.exists === 0 ? NO_MESSAGES : await fetchRows(session, what);
  // `n:*` gives the last message even when its UID is below n (RFC 9051 section 6.4.9).
  const rows = what.from === undefined ? fetched : sliceMessages(fetched, what.from, UID_MAX);
  if (expected(rows) === existsNow(session)) return { uidValidity: selected.uidValidity, rows, complete: true };
  const found = existsNow(session) === 0 ? [] : await answered(session.client.search({ all: true }, { uid: true }));
  const all = uidSet(found === false || found === undefined ? [] : found);
  const count = found === false || found === undefined ? -1 : found.length;
  return { uidValidity: selected.uidValidity, rows, all, complete: count === existsNow(session) };
};

const fetchRows = async (
  { client }: MailSession,
  { range = '1:*', changedSince }: { readonly range?: string; readonly changedSince?: bigint },
): Promise<MessageList> => {
  const options = { uid: true, ...(changedSince === undefined ? {} : { changedSince }) };
  const builder = messageListBuilder();
  const collect = async () => {
    // No other command may run inside this loop: imapflow sends one at a time and would wait for itself.
    for await (const row of client.fetch(range, { uid: true, flags: true }, options)) {
      // An unsolicited row of another client's STORE may lack the flags or the UID.
      if (row.uid > 0 && row.flags !== undefined) builder.add(row.uid, keywordsOf(row.flags));
    }
  };
  await answered(collect());
  return builder.build();
};

/** The UIDs in a range that the open folder still has: what a listing lacked is asked for by name before it is held to be gone. */
export const uidsWithin = async ({ client }: MailSession, first: number, last: number): Promise<UidSet> => {
  const found = await answered(client.search({ uid: `${first}:${last}` }, { uid: true }));
  requireConnection(client);
  return uidSet((found === false || found === undefined ? [] : found).filter((uid) => uid >= first && uid <= last));
};
