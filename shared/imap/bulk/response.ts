/** One response of the server, read in full: everything but the plain FETCH rows, which plain-row.ts reads. */
import { LIMITS } from '../../limits.ts';
import { CLOSE, OPEN, STAR } from './ascii.ts';
import { type Cursor, cursorOver, nextFlagList, nextItemName, nextToken, skipValue } from './tokens.ts';
import { readUidPairs, type UidPairs } from './uid-pairs.ts';

export type StatusResponse = {
  readonly status: 'OK' | 'NO' | 'BAD' | 'BYE' | 'PREAUTH';
  /** Response code (RFC 9051 section 7.1), upper case, and its number where it has one. */
  readonly code: string | undefined;
  readonly number: string | undefined;
  readonly text: string;
};

export type BulkResponse =
  | ({ readonly kind: 'tagged'; readonly tag: string } & StatusResponse)
  | ({ readonly kind: 'status' } & StatusResponse)
  | { readonly kind: 'exists'; readonly count: number }
  | { readonly kind: 'expunged' }
  /** Gone before, and told of by QRESYNC (RFC 7162 section 3.2.10). Undefined: not readable. */
  | { readonly kind: 'vanished'; readonly uids: UidPairs | undefined }
  /** Undefined: too many, or not readable. */
  | { readonly kind: 'flags'; readonly flags: readonly string[] | undefined }
  /** `uid` or `flags` undefined: the row of another client's change, or one that cannot be read. */
  | {
      readonly kind: 'row';
      readonly uid: number | undefined;
      readonly flags: readonly string[] | undefined;
      readonly modseq?: bigint;
    }
  /** `found` undefined: not what was asked for. */
  | { readonly kind: 'found'; readonly tag: string; readonly found: UidPairs | undefined }
  | { readonly kind: 'other' };

const OTHER: BulkResponse = { kind: 'other' };
const EXPUNGED: BulkResponse = { kind: 'expunged' };
const TEXT_CHARS_MAX = 200;
const STATUS = /^(OK|NO|BAD|BYE|PREAUTH)(?: (.*))?$/is;
const CODE = /^\[([^\s\]]+)(?: (\d{1,20})\])?/;

/** True for a status response: its text may end in `{5}`, which is then no literal. */
export const isText = (bytes: Buffer, from: number, to: number): boolean => {
  if (bytes[from] !== STAR) return true;
  return /^\* (OK|NO|BAD|BYE|PREAUTH)\b/i.test(bytes.toString('latin1', from, Math.min(to, from + 12)));
};

/** `from` to `to`: a response with its literals, without its line end. */
export const readResponse = (bytes: Buffer, from: number, to: number): BulkResponse => {
  if (bytes[from] !== STAR) return taggedResponse(bytes, from, to);
  const cursor = cursorOver(bytes, from + 1, to);
  const first = atomText(cursor);
  const at = cursor.at;
  const number = /^\d{1,10}$/.test(first) ? Number(first) : undefined;
  switch (number === undefined ? first : atomText(cursor)) {
    case 'FETCH':
      return readRow(cursor);
    case 'EXISTS':
      return number === undefined ? OTHER : { kind: 'exists', count: number };
    case 'EXPUNGE':
      return EXPUNGED;
    case 'VANISHED':
      return bytes[at + 1] === OPEN ? readVanished(cursor) : EXPUNGED;
    case 'FLAGS':
      return { kind: 'flags', flags: nextFlagList(cursor, LIMITS.keywordsPerFolderMax) };
    case 'ESEARCH':
      return readFound(cursor);
    default: {
      const status = readStatus(textOf(bytes, from + 2, to));
      return status === undefined ? OTHER : { kind: 'status', ...status };
    }
  }
};

const taggedResponse = (bytes: Buffer, from: number, to: number): BulkResponse => {
  const [tag, rest] = splitOnce(textOf(bytes, from, to));
  const status = readStatus(rest);
  return status === undefined ? OTHER : { kind: 'tagged', tag, ...status };
};

const readStatus = (line: string): StatusResponse | undefined => {
  const match = STATUS.exec(line);
  if (match === null) return undefined;
  const [, status = '', text = ''] = match;
  const code = CODE.exec(text);
  return {
    status: status.toUpperCase() as StatusResponse['status'],
    code: code?.[1]?.toUpperCase(),
    number: code?.[2],
    text: text.slice(0, TEXT_CHARS_MAX),
  };
};

/** `(UID 7 FLAGS (\Seen) ...)`: items in any order and case, among them ones that were never asked for. */
const readRow = (cursor: Cursor): BulkResponse => {
  let uid: number | undefined;
  let flags: readonly string[] | undefined;
  let modseq: bigint | undefined;
  const unread: BulkResponse = { kind: 'row', uid: undefined, flags: undefined };
  if (nextToken(cursor).kind !== 'open') return unread;
  while (cursor.bytes[cursor.at] !== CLOSE) {
    const name = nextItemName(cursor);
    if (name === undefined) break;
    if (name === 'UID') uid = uidOf(atomText(cursor));
    else if (name === 'FLAGS') flags = nextFlagList(cursor, LIMITS.keywordsPerFolderMax);
    else {
      const from = cursor.at;
      if (!skipValue(cursor)) return unread;
      if (name === 'MODSEQ') modseq = modseqIn(cursor.bytes.toString('latin1', from, cursor.at));
    }
    if ((name === 'UID' && uid === undefined) || (name === 'FLAGS' && flags === undefined)) return unread;
  }
  return nextToken(cursor).kind === 'close'
    ? { kind: 'row', uid, flags, ...(modseq === undefined ? {} : { modseq }) }
    : unread;
};

/** `(678)`, of 63 bits (RFC 7162 section 3.1). */
const modseqIn = (text: string): bigint | undefined => {
  const digits = /^ *\((\d{1,19})\)$/.exec(text)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
};

/** `(EARLIER) 300:310,405`. */
const readVanished = (cursor: Cursor): BulkResponse => {
  if (!skipValue(cursor)) return OTHER;
  const set = nextToken(cursor);
  return { kind: 'vanished', uids: set.kind === 'atom' ? readUidPairs(set.text) : undefined };
};

/** `(TAG "y7") UID ALL 1:3,5` (RFC 4731 section 3.1); without ALL nothing was found. */
const readFound = (cursor: Cursor): BulkResponse => {
  const answered = correlator(cursor);
  if (answered === undefined) return OTHER;
  const { tag } = answered;
  let found: UidPairs | undefined = new Uint32Array(0);
  let byUid = false;
  for (;;) {
    const name = nextToken(cursor);
    if (name.kind === 'end') return { kind: 'found', tag, found: byUid ? found : undefined };
    const item = name.kind === 'atom' && name.text.length < 20 ? name.text.toString('latin1').toUpperCase() : '';
    if (item === 'UID') byUid = true;
    else if (item === 'ALL') {
      const set = nextToken(cursor);
      found = set.kind === 'atom' ? readUidPairs(set.text) : undefined;
      if (found === undefined) return { kind: 'found', tag, found };
    } else if (item === 'MODSEQ') {
      // Of no use here, and the only thing that may be told unasked (RFC 7162 section 3.1.5).
      if (!skipValue(cursor)) return { kind: 'found', tag, found: undefined };
    } else return { kind: 'found', tag, found: undefined };
  }
};

const correlator = (cursor: Cursor): { readonly tag: string } | undefined => {
  if (nextToken(cursor).kind !== 'open' || atomText(cursor) !== 'TAG') return undefined;
  const tag = nextToken(cursor);
  if ((tag.kind !== 'atom' && tag.kind !== 'string') || nextToken(cursor).kind !== 'close') return undefined;
  return { tag: tag.text.toString('latin1') };
};

/** The next atom in upper case; '' when there is none. Only short ones: nothing else is looked at as text. */
const atomText = (cursor: Cursor): string => {
  const token = nextToken(cursor);
  return token.kind === 'atom' && token.text.length <= 40 ? token.text.toString('latin1').toUpperCase() : '';
};

const uidOf = (text: string): number | undefined => (/^\d{1,10}$/.test(text) ? Number(text) : undefined);

const textOf = (bytes: Buffer, from: number, to: number): string =>
  bytes.toString('utf8', from, Math.min(to, from + TEXT_CHARS_MAX * 4));

const splitOnce = (line: string): [string, string] => {
  const space = line.indexOf(' ');
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
};
