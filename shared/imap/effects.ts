/**
 * What is done on the server, and the proof of it. imapflow answers `true` for effects that did not happen (a UID that is
 * gone, a STORE that was refused), so nothing here reports a boolean: only what the server showed.
 */
import { MailyardError } from '../errors.ts';
import { flagOf, type Keyword, keywordsOf } from '../mail/keyword.ts';
import { formatUidSet, type UidSet, uidCount, uidSet } from '../mail/uid-set.ts';
import { mappingOf, type UidMapping } from '../sync/journal.ts';
import { answered, imapError, requireConnection } from './errors.ts';
import type { MailSession } from './session.ts';

export type StoreEvidence = {
  /** Shown by FETCH to carry what was asked for. */
  readonly stored: UidSet;
  /** Still there, but without it: the server keeps no such keyword (PERMANENTFLAGS without \*). */
  readonly refused: UidSet;
  /** Somebody else changed these very keywords meanwhile; theirs stand. */
  readonly changed: UidSet;
};

export type KeywordChange = {
  /** None of the messages had these when it was decided, */
  readonly add: readonly Keyword[];
  /** and all had these. */
  readonly remove: readonly Keyword[];
  /** HIGHESTMODSEQ of then; used where CONDSTORE (RFC 7162) is on. */
  readonly unchangedSince?: bigint;
};

/**
 * +FLAGS and -FLAGS only, never a replacement; then reads back, as a server answers OK to what it did not store. A message that
 * changed since, but not in these keywords, is tried again as it is now. The source is open. Throws `imap.refused`.
 */
export const storeKeywords = async (
  session: MailSession,
  uids: UidSet,
  change: KeywordChange,
): Promise<StoreEvidence> => {
  const seen = { stored: [] as number[], refused: [] as number[], changed: [] as number[] };
  let open = uids;
  let since = session.condstore ? change.unchangedSince : undefined;
  for (let round = 0; uidCount(open) > 0; round += 1) {
    const rows = await storeOnce(session, open, change, since);
    const again: number[] = [];
    for (const { uid, keywords } of rows) {
      const isDone = change.add.every((one) => keywords.has(one)) && !change.remove.some((one) => keywords.has(one));
      const isUntouched =
        !change.add.some((one) => keywords.has(one)) && change.remove.every((one) => keywords.has(one));
      if (isDone) seen.stored.push(uid);
      else if (since === undefined || !change.add.every((keyword) => isKept(session, keyword))) seen.refused.push(uid);
      else if (isUntouched && round < STORE_ROUNDS_MAX) again.push(uid);
      else seen.changed.push(uid);
    }
    open = uidSet(again);
    for (const { modseq } of rows) if (since !== undefined && modseq !== undefined && modseq > since) since = modseq;
  }
  return { stored: uidSet(seen.stored), refused: uidSet(seen.refused), changed: uidSet(seen.changed) };
};

const STORE_ROUNDS_MAX = 3;

type Row = { readonly uid: number; readonly keywords: ReadonlySet<Keyword>; readonly modseq: bigint | undefined };

const storeOnce = async (
  session: MailSession,
  uids: UidSet,
  { add, remove }: KeywordChange,
  since: bigint | undefined,
): Promise<Row[]> => {
  const { client } = session;
  const condition = since === undefined ? {} : { unchangedSince: since };
  const adds = add.filter((keyword) => isKept(session, keyword)).map(flagOf);
  const removes = remove.map(flagOf);
  if (adds.length > 0) {
    requireStored(
      session,
      await answered(client.messageFlagsAdd(formatUidSet(uids), adds, { uid: true, silent: true, ...condition })),
    );
  }
  if (removes.length > 0) {
    // Our own +FLAGS raised the mod-sequence: those that took it are as we left them.
    const took = adds.length > 0 && since !== undefined;
    const left = took
      ? (await readFlags(session, uids)).filter(({ keywords }) => add.every((one) => keywords.has(one)))
      : [];
    const range = took ? uidSet(left.map(({ uid }) => uid)) : uids;
    if (uidCount(range) > 0) {
      const second = took ? {} : condition;
      requireStored(
        session,
        await answered(client.messageFlagsRemove(formatUidSet(range), removes, { uid: true, silent: true, ...second })),
      );
    }
  }
  return await readFlags(session, uids);
};

/** imapflow answers false to a NO, and to a connection that broke. */
const requireStored = ({ client }: MailSession, answer: boolean): void => {
  if (answer) return;
  requireConnection(client);
  throw new MailyardError('imap.refused', 'the server refused to store flags');
};

const isKept = ({ client }: MailSession, keyword: Keyword): boolean => {
  const flags = client.mailbox === false ? undefined : client.mailbox.permanentFlags;
  if (flags === undefined || flags.has('\\*')) return true;
  return [...flags].some((flag) => flag.toLowerCase() === flagOf(keyword).toLowerCase());
};

const readFlags = async ({ client, condstore }: MailSession, uids: UidSet): Promise<Row[]> => {
  const query = { uid: true, flags: true, ...(condstore ? { modseq: true } : {}) };
  const rows = await answered(client.fetchAll(formatUidSet(uids), query, { uid: true }));
  return rows
    .filter(({ flags }) => flags !== undefined)
    .map(({ uid, flags, modseq }) => ({ uid, keywords: new Set(keywordsOf(flags ?? [])), modseq }));
};

export type TransferEvidence = {
  /** From COPYUID (RFC 4315 section 3); undefined where the server gave none. */
  readonly copied?: { readonly uidValidity: number; readonly mapping: UidMapping };
  /** The server said NO: the target is missing, or over quota. */
  readonly refused: boolean;
};

/** UID MOVE (RFC 6851). The source is open; the server is known to have MOVE, as imapflow would expunge others' mail without. */
export const moveMessages = async (session: MailSession, uids: UidSet, target: string): Promise<TransferEvidence> => {
  if (!session.move) throw new MailyardError('imap.refused', 'the server has no MOVE');
  return transferEvidence(
    session,
    await answered(session.client.messageMove(formatUidSet(uids), target, { uid: true })),
  );
};

/** UID COPY. The source is open. */
export const copyMessages = async (session: MailSession, uids: UidSet, target: string): Promise<TransferEvidence> =>
  transferEvidence(session, await answered(session.client.messageCopy(formatUidSet(uids), target, { uid: true })));

type TransferAnswer =
  | false
  | undefined
  | { readonly uidValidity?: bigint | undefined; readonly uidMap?: Map<number, number> | undefined };

const transferEvidence = ({ client }: MailSession, answer: TransferAnswer): TransferEvidence => {
  if (answer === false || answer === undefined) {
    requireConnection(client);
    return { refused: true };
  }
  const { uidMap, uidValidity } = answer;
  if (uidMap === undefined || uidValidity === undefined) return { refused: false };
  return { refused: false, copied: { uidValidity: Number(uidValidity), mapping: mappingOf(uidMap) } };
};

/** Which of these UIDs are still in the open folder. */
export const presentUids = async (session: MailSession, uids: UidSet): Promise<UidSet> => {
  const rows = await answered(session.client.fetchAll(formatUidSet(uids), { uid: true }, { uid: true }));
  return uidSet(rows.map(({ uid }) => uid));
};

/**
 * Takes these messages of the open folder away: \Deleted and UID EXPUNGE (RFC 4315), which touches no other. Without UIDPLUS
 * they are marked and stay: a plain EXPUNGE would take along what other clients marked. Gives which of them are still there.
 */
export const removeMessages = async (session: MailSession, uids: UidSet): Promise<UidSet> => {
  const { client } = session;
  const options = { uid: true, silent: true };
  if (session.uidplus) await answered(client.messageDelete(formatUidSet(uids), options));
  else await answered(client.messageFlagsAdd(formatUidSet(uids), ['\\Deleted'], options));
  requireConnection(client);
  return await presentUids(session, uids);
};

/** APPENDUID (RFC 4315 section 3); undefined when the server gave none and the marker has to be looked for. */
export const appendMessage = async (
  session: MailSession,
  target: string,
  source: Buffer,
  keywords: readonly Keyword[],
): Promise<{ readonly uidValidity: number; readonly uid: number } | undefined> => {
  try {
    const answer = await session.client.append(target, source, keywords.map(flagOf));
    // Without UIDVALIDITY the UID is imapflow's guess from a sequence number.
    if (answer === false || answer?.uid === undefined || answer.uidValidity === undefined) return undefined;
    return { uidValidity: Number(answer.uidValidity), uid: answer.uid };
  } catch (error) {
    // A full mailbox (OVERQUOTA) refuses this message; it does not ask us to stay away.
    if (isNo(error))
      throw new MailyardError('imap.refused', 'the server refused to take the message', { cause: error });
    throw imapError(error);
  }
};

const isNo = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'responseStatus' in error &&
  error.responseStatus === 'NO' &&
  !('code' in error && error.code === 'ETHROTTLE');
