/**
 * What is done on the server, and the proof of it. imapflow answers `true` for effects that did not happen (a UID that is
 * gone, a command that was refused), so nothing here reports a boolean: only what the server showed.
 */
import { MailyardError } from '../errors.ts';
import { flagOf, type Keyword } from '../mail/keyword.ts';
import { formatUidSet, type UidSet, uidSet } from '../mail/uid-set.ts';
import { mappingOf, type UidMapping } from '../sync/journal.ts';
import { answered, imapError, requireConnection } from './errors.ts';
import type { MailSession } from './session.ts';

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
