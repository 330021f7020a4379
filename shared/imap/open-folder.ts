/** What storing flags needs of the folder that is open for writing, whichever way its commands are sent. */
import { MailyardError } from '../errors.ts';
import { flagOf, type Keyword, keywordsOf } from '../mail/keyword.ts';
import { formatUidSet, type UidSet } from '../mail/uid-set.ts';
import { answered, requireConnection } from './errors.ts';
import type { MailSession } from './session.ts';

export type FlagRow = {
  readonly uid: number;
  readonly keywords: ReadonlySet<Keyword>;
  readonly modseq: bigint | undefined;
};

export type FlagStore = {
  readonly sign: '+' | '-';
  readonly keywords: readonly Keyword[];
  readonly unchangedSince?: bigint;
};

export type OpenFolder = {
  /** CONDSTORE is enabled (RFC 7162). */
  readonly condstore: boolean;
  /** The server said that it keeps this keyword (PERMANENTFLAGS). */
  readonly keeps: (keyword: Keyword) => boolean;
  /** +FLAGS or -FLAGS, never a replacement, and then the same messages as they are: those that are still there. Throws `imap.refused`. */
  readonly storeAndRead: (uids: UidSet, store: FlagStore) => Promise<FlagRow[]>;
  readonly readFlags: (uids: UidSet) => Promise<FlagRow[]>;
};

/** By imapflow, one command after the other. */
export const openFolderOf = (session: MailSession): OpenFolder => ({
  condstore: session.condstore,
  keeps: keepsBy(session),
  storeAndRead: async (uids, store) => {
    await storeFlags(session, uids, store);
    return await readFlags(session, uids);
  },
  readFlags: (uids) => readFlags(session, uids),
});

/** By what the server said when the folder was opened. */
export const keepsBy = ({ client }: Pick<MailSession, 'client'>): OpenFolder['keeps'] => {
  const flags = client.mailbox === false ? undefined : client.mailbox.permanentFlags;
  if (flags === undefined || flags.has('\\*')) return () => true;
  const kept = new Set([...flags].map((flag) => flag.toLowerCase()));
  return (keyword) => kept.has(flagOf(keyword).toLowerCase());
};

const storeFlags = async (
  { client }: MailSession,
  uids: UidSet,
  { sign, keywords, unchangedSince }: FlagStore,
): Promise<void> => {
  const options = { uid: true, silent: true, ...(unchangedSince === undefined ? {} : { unchangedSince }) };
  const flags = keywords.map(flagOf);
  const range = formatUidSet(uids);
  const call =
    sign === '+' ? client.messageFlagsAdd(range, flags, options) : client.messageFlagsRemove(range, flags, options);
  // imapflow answers false to a NO, and to a connection that broke.
  if (await answered(call)) return;
  requireConnection(client);
  throw new MailyardError('imap.refused', 'the server refused to store flags');
};

const readFlags = async ({ client, condstore }: MailSession, uids: UidSet): Promise<FlagRow[]> => {
  const query = { uid: true, flags: true, ...(condstore ? { modseq: true } : {}) };
  const rows = await answered(client.fetchAll(formatUidSet(uids), query, { uid: true }));
  return rows
    .filter(({ flags }) => flags !== undefined)
    .map(({ uid, flags, modseq }) => ({ uid, keywords: new Set(keywordsOf(flags ?? [])), modseq }));
};
