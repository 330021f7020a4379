/** What rules read of messages, and what a person reads of one. Always BODY.PEEK: looking sets no flag. */
import type { FetchMessageObject, FetchQueryObject } from 'imapflow';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { keywordsOf } from '../mail/keyword.ts';
import type { HeaderField, MessageFacts } from '../mail/message.ts';
import { parseBodyText } from '../mail/parse-body.ts';
import { parseHeaders } from '../mail/parse-headers.ts';
import { partsOf } from '../mail/parts.ts';
import { formatUidSet, type UidSet } from '../mail/uid-set.ts';
import type { Needs } from '../rules/needs.ts';
import { quotedName } from './bulk/folder-name.ts';
import { answered } from './errors.ts';
import { timeOf } from './internal-date.ts';
import { examine } from './pipe/examine.ts';
import { canPipe, withPipe } from './pipe/pipe.ts';
import { pipedFacts, suitsPipe } from './pipe/piped-facts.ts';
import { keepFolder, selectFolder } from './selected.ts';
import type { MailSession } from './session.ts';

/**
 * The facts of the messages that are still there, by UID: a server may show them in any order. `undefined` when the folder is
 * gone or under another UIDVALIDITY.
 */
export const fetchFacts = async (
  session: MailSession,
  folder: { readonly path: string; readonly uidValidity: number },
  uids: UidSet,
  needs: Needs,
): Promise<MessageFacts[] | undefined> => {
  if (canPipe(session) && suitsPipe(needs)) {
    const read = await readPiped(session, folder, uids, needs);
    if (read === 'refused') throw new MailyardError('imap.refused', 'the server refused to show messages');
    if (read !== 'not-open') return read;
  }
  const selected = await keepFolder(session, folder.path);
  if (selected?.uidValidity !== folder.uidValidity) return undefined;
  const facts: MessageFacts[] = [];
  const collect = async () => {
    // Row by row: of two hundred sources at once a worker would run out of memory.
    for await (const row of session.client.fetch(formatUidSet(uids), queryFor(needs), { uid: true })) {
      // A row without what was asked for is another client's change passing by; the message comes again in the next run.
      if (row.flags === undefined || row.size === undefined) continue;
      facts.push(await factsOf(row, folder.path, needs, session.objectid));
    }
  };
  await answered(collect());
  return byUid(facts);
};

/** The folder is opened in the same flight. `not-open`: whether it is there has to be asked. */
const readPiped = async (
  session: MailSession,
  { path, uidValidity }: { readonly path: string; readonly uidValidity: number },
  uids: UidSet,
  needs: Needs,
): Promise<MessageFacts[] | 'refused' | 'not-open' | undefined> =>
  await withPipe(session, async (pipe) => {
    const name = quotedName({ path }, pipe.utf8);
    if (name === undefined) return 'not-open';
    const read = (emailIds: boolean) => pipedFacts(pipe, path, uids, needs, { emailIds });
    const [opened, first] = await Promise.all([examine(pipe, name), read(session.objectid)]);
    if (opened === undefined) return 'not-open';
    if (opened.uidValidity !== uidValidity) return undefined;
    // No rule waits for an EMAILID: a server that offers them and refuses is asked without.
    const facts = first === false && session.objectid ? await read(false) : first;
    return facts === false ? 'refused' : byUid(facts);
  });

const byUid = (facts: MessageFacts[]): MessageFacts[] => facts.sort((a, b) => a.uid - b.uid);

const queryFor = (needs: Needs): FetchQueryObject => ({
  uid: true,
  flags: true,
  size: true,
  internalDate: true,
  headers: needs.headers === 'none' ? ['message-id'] : [...needs.headers],
  ...(needs.structure ? { bodyStructure: true } : {}),
  ...(needs.body ? { source: { maxLength: LIMITS.bodySourceBytesMax } } : {}),
});

const factsOf = async (
  row: FetchMessageObject,
  mailbox: string,
  needs: Needs,
  objectid: boolean,
): Promise<MessageFacts> => ({
  mailbox,
  uid: row.uid,
  keywords: keywordsOf(row.flags ?? []),
  size: row.size ?? 0,
  receivedAt: timeOf(row.internalDate),
  headers: row.headers === undefined ? [] : parseHeaders(row.headers),
  // imapflow asks for it by itself, and gives Gmail's own number under the same name.
  ...(objectid && row.emailId !== undefined ? { emailId: row.emailId } : {}),
  ...(needs.structure ? { parts: partsOf(row.bodyStructure) } : {}),
  ...(needs.body && row.source !== undefined ? { bodyText: await parseBodyText(row.source) } : {}),
});

export type ReadMessage = {
  readonly headers: readonly HeaderField[];
  readonly text: string;
  readonly size: number;
  readonly receivedAt: number;
  readonly keywords: readonly string[];
};

/** One message's headers and readable text; undefined when it is not there. */
export const readMessage = async (
  session: MailSession,
  at: { readonly path: string; readonly uidValidity: number; readonly uid: number },
): Promise<ReadMessage | undefined> => {
  const selected = await selectFolder(session, at.path);
  if (selected?.uidValidity !== at.uidValidity) return undefined;
  const query: FetchQueryObject = {
    uid: true,
    flags: true,
    size: true,
    internalDate: true,
    headers: true,
    source: { maxLength: LIMITS.bodySourceBytesMax },
  };
  const row = await answered(session.client.fetchOne(String(at.uid), query, { uid: true }));
  if (row === false || row === undefined || row.uid !== at.uid) return undefined;
  return {
    headers: row.headers === undefined ? [] : parseHeaders(row.headers),
    text: row.source === undefined ? '' : await parseBodyText(row.source),
    size: row.size ?? 0,
    receivedAt: timeOf(row.internalDate),
    keywords: keywordsOf(row.flags ?? []),
  };
};
