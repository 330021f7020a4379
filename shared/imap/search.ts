/** Asking a server for messages by SEARCH; what it finds is to be verified by whoever asked. */
import type { ImapFlow } from 'imapflow';
import type { SearchTrust } from '../rules/push-down.ts';
import { answered } from './errors.ts';
import { learnServerName } from './lean.ts';
import { selectFolder } from './selected.ts';
import type { MailSession } from './session.ts';

/**
 * Dovecot looks at the messages themselves, where it has no full-text index (which it tells by SEARCH=FUZZY, RFC 6203). Of
 * others it is not known, so that they are asked for keywords and dates alone.
 */
export const searchTrust = async ({ client }: MailSession): Promise<SearchTrust> => {
  const trusted = /^dovecot$/i.test(await learnServerName(client)) && !client.capabilities.has('SEARCH=FUZZY');
  return { texts: trusted, sizes: trusted };
};

/**
 * UIDs below `below` of what the keys find (as formatSearch writes them; none for all), the newest first. undefined when the
 * folder is gone or under another UIDVALIDITY. Throws `imap.refused`.
 */
export const searchFolder = async (
  session: MailSession,
  folder: { readonly path: string; readonly uidValidity: number },
  keys: string,
  below: number,
): Promise<number[] | undefined> => {
  const selected = await selectFolder(session, folder.path);
  if (selected?.uidValidity !== folder.uidValidity) return undefined;
  if (selected.exists === 0 || below <= 1) return [];
  const found = await answered(uidSearch(session.client, `UID 1:${below - 1} ${keys}`));
  return found.filter((uid) => uid < below).sort((a, b) => b - a);
};

type Exec = (
  command: string,
  attributes: readonly Token[],
  options: { readonly untagged: { readonly SEARCH: (row: SearchRow) => Promise<void> } },
) => Promise<{ readonly next: () => void }>;
type Token = { readonly type: 'ATOM' | 'SEQUENCE' | 'STRING'; readonly value: string } | readonly Token[];
type SearchRow = {
  readonly numbers?: readonly number[];
  readonly attributes?: readonly { readonly value?: unknown }[];
};

/**
 * By `exec`, which is not in imapflow's typings: its own queries have no AND of like terms but by double negation, and Dovecot
 * answers some of those wrongly.
 */
const uidSearch = async (client: ImapFlow, keys: string): Promise<number[]> => {
  const exec = (client as unknown as { exec: Exec }).exec.bind(client);
  const uids = new Set<number>();
  const { next } = await exec('UID SEARCH', tokensOf(keys), {
    untagged: {
      SEARCH: async ({ numbers, attributes = [] }) => {
        for (const uid of numbers ?? attributes.map(({ value }) => Number(value))) {
          if (Number.isInteger(uid) && uid > 0) uids.add(uid);
        }
      },
    },
  });
  next();
  return [...uids];
};

/** The words of one line as imapflow compiles them. */
const tokensOf = (line: string): Token[] => {
  const open: Token[][] = [[]];
  for (const [word] of line.matchAll(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+/g)) {
    const list = open.at(-1) as Token[];
    if (word === '(') open.push([]);
    else if (word === ')') open.at(-2)?.push(open.pop() as Token[]);
    else if (word.startsWith('"')) list.push({ type: 'STRING', value: word.slice(1, -1).replace(/\\(.)/g, '$1') });
    else list.push({ type: /^[\d:]+$/.test(word) ? 'SEQUENCE' : 'ATOM', value: word });
  }
  return open[0] ?? [];
};
