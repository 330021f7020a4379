/** UID SEARCH by a search that was pushed down. What it gives is a hint: a server may find too much, and an index may lag. */
import { MailyardError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { NO_UIDS, type UidSet, uidSet } from '../../mail/uid-set.ts';
import { expandPairs } from '../bulk/uid-pairs.ts';
import type { MailSession } from '../session.ts';
import { withPipe } from './pipe.ts';

/** Of the folder that is open; `keys` as SEARCH is given them: one line of ASCII. Throws `imap.refused`. */
export const searchUids = async (session: MailSession, keys: string): Promise<UidSet> => {
  const extended = session.client.capabilities.has('ESEARCH');
  const found: number[] = [];
  let unread = false;
  const answer = await withPipe(session, (pipe) =>
    pipe.ask(`UID SEARCH ${extended ? 'RETURN (ALL) ' : ''}${keys}`, (response, bytes, from, to) => {
      if (response.kind === 'found') {
        if (response.found === undefined) unread = true;
        else for (const uid of expandPairs(response.found)) found.push(uid);
      } else if (response.kind === 'other') {
        const [, uids] = PLAIN.exec(bytes.toString('latin1', from, to)) ?? [];
        for (const uid of uids?.trim().split(' ') ?? []) if (uid !== '') found.push(Number(uid));
      }
      if (found.length > LIMITS.messagesPerFolderMax) unread = true;
    }),
  );
  if (answer.status !== 'OK' || unread) throw new MailyardError('imap.refused', 'the server refused to search');
  return found.length === 0 ? NO_UIDS : uidSet(found);
};

const PLAIN = /^\* SEARCH((?: \d{1,10})*)(?: \(MODSEQ \d+\))?\s*$/i;
