/**
 * The items of FETCH that read a message (RFC 9051 section 6.4.5), byte for byte. The server's own rebuild headers and line ends,
 * leave part headers out of TEXT, and lose the length of a partial after the first message.
 */
import type { Atom, FetchHandler, Message, Server, Token } from 'hoodiecrow-imap';
import { bodyStructure, envelope } from './body-structure.ts';
import { type MimePart, parseMime } from './mime-tree.ts';
import { textOf } from './replies.ts';

export const fetchPlugin = (server: Server): void => {
  const trees = new WeakMap<Message, MimePart>();
  const treeOf = (message: Message): MimePart => {
    const tree = trees.get(message) ?? parseMime(message.raw);
    trees.set(message, tree);
    return tree;
  };
  const lengths = new WeakMap<Atom, number | undefined>();

  const body: FetchHandler = (_connection, message, query) => {
    if (query.section === undefined) return bodyStructure(message.raw, treeOf(message), false);
    const bytes = sectionOf(message.raw, treeOf(message), query.section);
    if (query.partial === undefined) return literal(bytes);
    // The answer names the origin alone; the query is the answer's name and serves all messages of the command.
    if (!lengths.has(query)) {
      lengths.set(query, query.partial[1]);
      query.partial = query.partial.slice(0, 1);
    }
    const from = query.partial[0] ?? 0;
    return literal(bytes.slice(from, from + (lengths.get(query) ?? bytes.length)));
  };

  server.fetchHandlers['BODY'] = body;
  server.fetchHandlers['BODY.PEEK'] = body;
  server.fetchHandlers['BODYSTRUCTURE'] = (_connection, message) => bodyStructure(message.raw, treeOf(message), true);
  server.fetchHandlers['ENVELOPE'] = (_connection, message) => envelope(treeOf(message));
  server.fetchHandlers['RFC822'] = (_connection, message) => literal(message.raw);
  server.fetchHandlers['RFC822.HEADER'] = (_connection, message) =>
    literal(message.raw.slice(0, treeOf(message).bodyStart));
  server.fetchHandlers['RFC822.TEXT'] = (_connection, message) => literal(message.raw.slice(treeOf(message).bodyStart));
};

const literal = (value: string): Token => ({ type: 'LITERAL', value });

/** `[]`, `[TEXT]`, `[2.1]`, `[1.MIME]`, `[HEADER.FIELDS (...)]` ...; a part that is not there is empty. Throws for what is no section. */
const sectionOf = (raw: string, root: MimePart, section: readonly Token[]): string => {
  const match = /^((?:\d+\.?)*)(HEADER|HEADER\.FIELDS|HEADER\.FIELDS\.NOT|TEXT|MIME)?$/.exec(
    (textOf(section[0]) ?? '').toUpperCase(),
  );
  if (match === null) throw new Error('That is no section');
  const path = (match[1] ?? '').split('.').filter((digits) => digits !== '');
  const found = path.reduce<MimePart | undefined>(childOf, root);
  if (found === undefined) return '';
  const what = match[2];
  if (what === undefined) return raw.slice(path.length === 0 ? found.start : found.bodyStart, found.end);
  if (what === 'MIME') return raw.slice(found.start, found.bodyStart);
  // HEADER and TEXT of a part are those of the message in it.
  const message = path.length === 0 ? found : found.message;
  if (message === undefined) return '';
  if (what === 'TEXT') return raw.slice(message.bodyStart, message.end);
  if (what === 'HEADER') return raw.slice(message.start, message.bodyStart);
  const named = new Set(
    (Array.isArray(section[1]) ? section[1] : []).map((token) => (textOf(token) ?? '').toLowerCase()),
  );
  const wanted = message.fields.filter(({ name }) => named.has(name) === (what === 'HEADER.FIELDS'));
  return `${wanted.map(({ start, end }) => raw.slice(start, end)).join('')}\r\n`;
};

/** Part 1 of what is no multipart is its body (RFC 9051 section 6.4.5.1); a message in a part is stepped through. */
const childOf = (part: MimePart | undefined, digits: string): MimePart | undefined => {
  const number = Number(digits);
  const within = part?.message ?? part;
  if (within === undefined) return undefined;
  if (within.parts.length > 0) return within.parts[number - 1];
  return number === 1 ? within : undefined;
};
