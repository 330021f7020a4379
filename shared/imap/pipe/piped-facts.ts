/** What rules read of many messages, by our own reader: imapflow takes 300 microseconds and more for each row. */
import { LIMITS } from '../../limits.ts';
import { keywordsOf } from '../../mail/keyword.ts';
import type { HeaderField, MessageFacts } from '../../mail/message.ts';
import { parseHeaders } from '../../mail/parse-headers.ts';
import { formatUidSet, hasUid, splitUidSet, type UidSet } from '../../mail/uid-set.ts';
import type { Needs } from '../../rules/needs.ts';
import { CLOSE } from '../bulk/ascii.ts';
import { type Cursor, cursorOver, nextFlagList, nextItemName, nextToken, skipValue } from '../bulk/tokens.ts';
import { timeOf } from '../internal-date.ts';
import { nextEmailId } from './email-ids.ts';
import type { Pipe } from './pipe.ts';

/** Names that can stand in a command as they are (RFC 9051 section 9, atom). */
const ATOM = /^[a-z0-9!#$&'+,./:;<=>?@^_`|}~-]+$/i;

/** Only what stands in the row itself; bodies and structures are imapflow's to read. */
export const suitsPipe = ({ headers, body, structure }: Needs): boolean =>
  !body && !structure && (headers === 'none' || headers.every((name) => ATOM.test(name)));

/** Of the open folder, those that are still there; false when the server refused one of the commands. */
export const pipedFacts = async (
  pipe: Pipe,
  mailbox: string,
  uids: UidSet,
  { headers }: Needs,
  { emailIds }: { readonly emailIds: boolean },
): Promise<MessageFacts[] | false> => {
  const facts = new Map<number, MessageFacts>();
  const names = headers === 'none' ? ['message-id'] : headers;
  const items = `(UID FLAGS RFC822.SIZE INTERNALDATE${emailIds ? ' EMAILID' : ''} BODY.PEEK[HEADER.FIELDS (${names.join(' ').toUpperCase()})])`;
  const ask = (set: UidSet) =>
    pipe.ask(`UID FETCH ${formatUidSet(set)} ${items}`, (row, bytes, from, to) => {
      if (row.kind !== 'row' || row.uid === undefined || !hasUid(set, row.uid)) return;
      const one = readFacts(bytes, from, to, mailbox);
      if (one !== undefined) facts.set(one.uid, one);
    });
  const answers = await Promise.all(splitUidSet(uids, LIMITS.uidSetBytesMax).map(ask));
  return answers.every(({ status }) => status === 'OK') && [...facts.values()];
};

/** Undefined for a row without what was asked for: another client's change passing by. */
const readFacts = (bytes: Buffer, from: number, to: number, mailbox: string): MessageFacts | undefined => {
  const cursor = cursorOver(bytes, from + 1, to);
  // The number and FETCH.
  nextToken(cursor);
  nextToken(cursor);
  if (nextToken(cursor).kind !== 'open') return undefined;
  let uid = 0;
  let flags: readonly string[] | undefined;
  let size: number | undefined;
  let receivedAt = 0;
  let headers: HeaderField[] | undefined;
  let emailId: string | undefined;
  while (cursor.bytes[cursor.at] !== CLOSE) {
    const name = nextItemName(cursor);
    if (name === undefined) return undefined;
    if (name === 'FLAGS') flags = nextFlagList(cursor, LIMITS.keywordsPerFolderMax);
    else if (name === 'UID') uid = Number(textAt(cursor));
    else if (name === 'RFC822.SIZE') size = Number(textAt(cursor));
    else if (name === 'INTERNALDATE') receivedAt = timeOf(textAt(cursor)?.toString('latin1'));
    else if (name === 'EMAILID') emailId = nextEmailId(cursor);
    else if (name.startsWith('BODY[HEADER.FIELDS')) headers = parseHeaders(textAt(cursor) ?? NOTHING);
    else if (!skipValue(cursor)) return undefined;
  }
  if (!(uid > 0) || flags === undefined || headers === undefined || !Number.isInteger(size)) return undefined;
  const known = { mailbox, uid, keywords: keywordsOf(flags), size: size as number, receivedAt, headers };
  return emailId === undefined ? known : { ...known, emailId };
};

const NOTHING = Buffer.alloc(0);

const textAt = (cursor: Cursor): Buffer | undefined => {
  const token = nextToken(cursor);
  return token.kind === 'atom' || token.kind === 'string' ? token.text : undefined;
};
