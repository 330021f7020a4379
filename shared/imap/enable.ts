/**
 * ENABLE (RFC 5161), for a session that goes on to read changes, before any folder is opened. What a server answered to a user once,
 * it answers again: a later connection may send on behind it, and the proof of what then comes shows whether it was right.
 */
import { LIMITS } from '../limits.ts';
import type { Inner } from './lean.ts';
import type { MailSession } from './session.ts';

/** Servers and users that were answered with all that was asked for, the latest last. */
const known = new Set<string>();

export const enableChanges = async (session: MailSession): Promise<void> => {
  const { client, peer } = session;
  await (client as unknown as Inner).run('ENABLE', ['CONDSTORE', 'QRESYNC']);
  // Taken over before the answer came: nothing was heard.
  if (!client.usable) return;
  known.delete(peer);
  if (!session.condstore || !session.qresync) return;
  known.add(peer);
  const [oldest] = known;
  if (known.size > LIMITS.tlsSessionsMax && oldest !== undefined) known.delete(oldest);
};

/** A former connection was answered so. A folder that it does not hold for is compared in full by the next, which waits for the answer. */
export const isSureToEnable = ({ peer }: Pick<MailSession, 'peer'>): boolean => known.has(peer);
