/** The tokens of a response (RFC 9051 section 9): parentheses, atoms, quoted strings and literals. Bytes in, ranges of bytes out. */
import {
  BACKSLASH,
  CLOSE,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  CR,
  isDigit,
  LF,
  OPEN,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLUS,
  QUOTE,
  SPACE,
  TILDE,
  ZERO,
} from './ascii.ts';

/** Where the reading is; `to` is the end of the response. */
export type Cursor = { readonly bytes: Buffer; at: number; readonly to: number };

/** `junk` is what no grammar allows, such as a quote that is never closed. */
export type Token =
  | { readonly kind: 'open' | 'close' | 'end' | 'junk' }
  | { readonly kind: 'atom' | 'string'; readonly text: Buffer };

const OPENED: Token = { kind: 'open' };
const CLOSED: Token = { kind: 'close' };
const ENDED: Token = { kind: 'end' };
const JUNK: Token = { kind: 'junk' };

export const cursorOver = (bytes: Buffer, from = 0, to = bytes.length): Cursor => ({ bytes, at: from, to });

export const nextToken = (cursor: Cursor): Token => {
  const { bytes, to } = cursor;
  while (cursor.at < to && bytes[cursor.at] === SPACE) cursor.at += 1;
  if (cursor.at >= to) return ENDED;
  const byte = bytes[cursor.at];
  if (byte === OPEN || byte === CLOSE) {
    cursor.at += 1;
    return byte === OPEN ? OPENED : CLOSED;
  }
  if (byte === QUOTE) return quoted(cursor);
  if (byte === OPEN_BRACE || byte === TILDE) {
    const start = cursor.at + (byte === TILDE ? 1 : 0);
    const literal = literalAt(bytes, start, to);
    if (literal !== undefined) return literalToken(cursor, literal);
  }
  return atom(cursor);
};

/**
 * The name of a FETCH item, upper case, with its section: `BODY[HEADER.FIELDS (TO "X")]<0>`; undefined at `)` and where there
 * is none. Apart from `nextToken`, for a flag may hold a bracket that never closes.
 */
export const nextItemName = (cursor: Cursor): string | undefined => {
  const { bytes, to } = cursor;
  while (cursor.at < to && bytes[cursor.at] === SPACE) cursor.at += 1;
  const from = cursor.at;
  while (cursor.at < to && !endsAtom(bytes[cursor.at])) {
    if (bytes[cursor.at] === OPEN_BRACKET) {
      if (!skipSection(cursor)) return undefined;
    } else cursor.at += 1;
  }
  return cursor.at === from ? undefined : bytes.toString('latin1', from, cursor.at).toUpperCase();
};

/** Passes over one value, however deep; false when it is not whole. */
export const skipValue = (cursor: Cursor): boolean => {
  let depth = 0;
  do {
    const { kind } = nextToken(cursor);
    if (kind === 'end' || kind === 'junk') return false;
    if (kind === 'open') depth += 1;
    if (kind === 'close') depth -= 1;
    if (depth < 0) return false;
  } while (depth > 0);
  return true;
};

/** The flags of `(...)`; undefined when there is no such list or it holds more than `flagsMax`. */
export const nextFlagList = (cursor: Cursor, flagsMax: number): string[] | undefined => {
  if (nextToken(cursor).kind !== 'open') return undefined;
  const flags: string[] = [];
  for (;;) {
    const token = nextToken(cursor);
    if (token.kind === 'close') return flags;
    if ((token.kind !== 'atom' && token.kind !== 'string') || flags.length === flagsMax) return undefined;
    flags.push(token.text.toString('utf8'));
  }
};

/** The `{5}` or `{5+}` that a line ends in (RFC 7888): where it starts, where its bytes start, and how many they are. */
export type LiteralMark = { readonly from: number; readonly bytesFrom: number; readonly size: number };

/** The mark before the line end at `lf`; undefined when the line ends otherwise. */
export const literalBefore = (bytes: Buffer, lf: number, lineFrom: number): LiteralMark | undefined => {
  let at = lf - 1;
  if (bytes[at] === CR) at -= 1;
  if (bytes[at] !== CLOSE_BRACE) return undefined;
  at -= 1;
  if (bytes[at] === PLUS) at -= 1;
  while (at > lineFrom && isDigit(bytes[at])) at -= 1;
  return at >= lineFrom && bytes[at] === OPEN_BRACE ? literalAt(bytes, at, lf + 1) : undefined;
};

const literalAt = (bytes: Buffer, from: number, to: number): LiteralMark | undefined => {
  let at = from + 1;
  let size = 0;
  while (at < to && isDigit(bytes[at])) {
    // More digits than any size has: it stays above every limit.
    size = Math.min(size * 10 + (bytes[at] as number) - ZERO, Number.MAX_SAFE_INTEGER / 100);
    at += 1;
  }
  if (bytes[from] !== OPEN_BRACE || at === from + 1) return undefined;
  if (bytes[at] === PLUS) at += 1;
  if (bytes[at] !== CLOSE_BRACE) return undefined;
  at += bytes[at + 1] === CR ? 2 : 1;
  return at < to && bytes[at] === LF ? { from, bytesFrom: at + 1, size } : undefined;
};

const literalToken = (cursor: Cursor, { bytesFrom, size }: LiteralMark): Token => {
  if (bytesFrom + size > cursor.to) return JUNK;
  cursor.at = bytesFrom + size;
  return { kind: 'string', text: cursor.bytes.subarray(bytesFrom, cursor.at) };
};

const quoted = (cursor: Cursor): Token => {
  const { bytes, to } = cursor;
  const from = cursor.at + 1;
  let escaped = false;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      cursor.at = at + 1;
      const text = bytes.subarray(from, at);
      return { kind: 'string', text: escaped ? unescaped(text) : text };
    }
    if (byte === CR || byte === LF) return JUNK;
    if (byte === BACKSLASH) {
      escaped = true;
      at += 1;
    }
  }
  return JUNK;
};

const unescaped = (text: Buffer): Buffer => Buffer.from(text.toString('latin1').replace(/\\(.)/g, '$1'), 'latin1');

const endsAtom = (byte: number | undefined): boolean =>
  byte === SPACE || byte === OPEN || byte === CLOSE || byte === CR || byte === LF;

const atom = (cursor: Cursor): Token => {
  const { bytes, to } = cursor;
  const from = cursor.at;
  while (cursor.at < to && !endsAtom(bytes[cursor.at])) cursor.at += 1;
  return cursor.at === from ? JUNK : { kind: 'atom', text: bytes.subarray(from, cursor.at) };
};

/** From `[` to behind its `]`. */
const skipSection = (cursor: Cursor): boolean => {
  const { bytes, to } = cursor;
  cursor.at += 1;
  while (cursor.at < to) {
    const byte = bytes[cursor.at];
    if (byte === CLOSE_BRACKET) {
      cursor.at += 1;
      return true;
    }
    if (byte === QUOTE) {
      if (quoted(cursor).kind === 'junk') return false;
    } else if (byte === OPEN_BRACE) {
      const literal = literalAt(bytes, cursor.at, to);
      if (literal === undefined || literalToken(cursor, literal).kind === 'junk') return false;
    } else cursor.at += 1;
  }
  return false;
};
