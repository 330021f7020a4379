/** What a folder holds: UIDs and keywords, in full or only what changed since a MODSEQ (RFC 7162 section 3.1.4). */
import { keywordsOf } from '../mail/keyword.ts';
import {
  intersectUids,
  NO_UIDS,
  UID_MAX,
  type UidSet,
  uidCount,
  uidRange,
  uidSet,
  unionUids,
  withoutUids,
} from '../mail/uid-set.ts';
import { listedUids, type MessageList, messageListBuilder, NO_MESSAGES, sliceMessages } from '../sync/message-list.ts';
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
  const { uidValidity, exists, uidNext = UID_MAX + 1 } = selected;
  const rows = exists === 0 ? NO_MESSAGES : await fetchRows(session, {});
  // What comes in meanwhile is no gap: a folder where mail arrives with every listing would else never be known in full.
  const before = sliceMessages(rows, 1, uidNext - 1);
  if (before.uids.length >= exists) return { uidValidity, rows, complete: true };
  // Some went meanwhile, or were left out, and their number alone cannot tell one from the other.
  const { all, complete } = await allUids(session);
  const without = withoutUids(intersectUids(all, uidRange(1, uidNext - 1)), listedUids(before));
  return { uidValidity, rows, complete: complete && without.length === 0 };
};

export type Changes = {
  readonly uidValidity: number;
  readonly rows: MessageList;
  /** All UIDs, asked for only when the rows do not account for every message: what they lack may be gone, or left out. */
  readonly all?: UidSet;
  readonly complete: boolean;
};

/**
 * Rows changed since a mod-sequence, or from a UID on. `silent` are messages of the mirror that need no row: with those that
 * have one they must be as many as EXISTS says, and no other may be in the mirror. undefined when the folder is not there.
 */
export const listChanges = async (
  session: MailSession,
  path: string,
  since: { readonly changedSince: bigint } | { readonly from: number },
  { mirrored, silent }: { readonly mirrored: UidSet; readonly silent: UidSet },
): Promise<Changes | undefined> => {
  const selected = await selectFolder(session, path);
  if (selected === undefined) return undefined;
  const { uidValidity } = selected;
  const asked = 'from' in since ? { range: `${since.from}:*` } : since;
  const fetched = selected.exists === 0 ? NO_MESSAGES : await fetchRows(session, asked);
  // `n:*` gives the last message even when its UID is below n (RFC 9051 section 6.4.9).
  const rows = 'from' in since ? sliceMessages(fetched, since.from, UID_MAX) : fetched;
  const held = unionUids(silent, listedUids(rows));
  const isMissed = withoutUids(mirrored, held).length > 0;
  if (!isMissed && uidCount(held) === existsNow(session)) return { uidValidity, rows, complete: true };
  return { uidValidity, rows, ...(await allUids(session)) };
};

/** Of the open folder; complete when they are as many as EXISTS says. */
const allUids = async (session: MailSession): Promise<{ readonly all: UidSet; readonly complete: boolean }> => {
  const found = existsNow(session) === 0 ? [] : await answered(session.client.search({ all: true }, { uid: true }));
  if (found === false || found === undefined) return { all: NO_UIDS, complete: false };
  return { all: uidSet(found), complete: found.length === existsNow(session) };
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
