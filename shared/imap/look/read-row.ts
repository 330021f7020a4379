/**
 * The rows that LIST with RETURN (STATUS ...) is answered with (RFC 5819): bytes in, values out. Whatever has not the form
 * that every server writes comes out as `odd`, and imapflow is asked to read it.
 */
import { LIMITS } from '../../limits.ts';
import { type Cursor, nextFlagList, nextToken, skipValue } from '../bulk/tokens.ts';
import type { StatusNumbers } from '../folder-row.ts';

export type ListRow = { readonly name: string; readonly delimiter: string; readonly flags: ReadonlySet<string> };
export type StatusRow = { readonly name: string; readonly numbers: StatusNumbers };

const FLAG = /^\\?[\w$.-]+$/;
// ATOM-CHAR (RFC 9051 section 9), without the bracket that opens a section.
const ASTRING = /^[\x21#$&'+-Z^_`a-z|}~]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const UINT32 = /^\d{1,10}$/;
const NUMBER63 = /^\d{1,19}$/;

/** `(\HasNoChildren) "/" "Work"` with the cursor behind LIST; 'odd' when it is not of that form. */
export const readListRow = (cursor: Cursor): ListRow | 'odd' => {
  const flags = readFlags(nextFlagList(cursor, LIMITS.keywordsPerFolderMax));
  if (flags === undefined) return 'odd';
  const delimiter = nextDelimiter(cursor);
  const name = nextName(cursor);
  if (delimiter === undefined || name === undefined || !isRestWhole(cursor)) return 'odd';
  return { name, delimiter, flags };
};

/** `"Work" (MESSAGES 5 UIDNEXT 9)` with the cursor behind STATUS; 'odd' when it is not of that form. */
export const readStatusRow = (cursor: Cursor): StatusRow | 'odd' => {
  const name = nextName(cursor);
  if (name === undefined || nextToken(cursor).kind !== 'open') return 'odd';
  const numbers: StatusNumbers = {};
  for (;;) {
    const item = nextToken(cursor);
    if (item.kind === 'close') break;
    const value = nextToken(cursor);
    if (item.kind !== 'atom' || (value.kind !== 'atom' && value.kind !== 'string')) return 'odd';
    enterNumber(numbers, item.text.toString('latin1').toUpperCase(), value.text.toString('latin1'));
  }
  return nextToken(cursor).kind === 'end' ? { name, numbers } : 'odd';
};

/** Undefined when they are not attributes as every server writes them. */
export const readFlags = (flags: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  flags?.every((flag) => FLAG.test(flag)) ? new Set(flags) : undefined;

/** Passes over what LIST may say behind the name (RFC 5258 section 6); false when it is cut or no grammar allows it. */
const isRestWhole = (cursor: Cursor): boolean => {
  for (;;) {
    const { at } = cursor;
    if (nextToken(cursor).kind === 'end') return true;
    cursor.at = at;
    if (!skipValue(cursor)) return false;
  }
};

/** `item` in upper case. What is no number is left out. */
export const enterNumber = (numbers: StatusNumbers, item: string, value: string): void => {
  switch (item) {
    case 'UIDVALIDITY':
      if (NUMBER63.test(value)) numbers.uidValidity = Number(value);
      return;
    case 'UIDNEXT':
      if (UINT32.test(value)) numbers.uidNext = Number(value);
      return;
    case 'MESSAGES':
      if (UINT32.test(value)) numbers.messages = Number(value);
      return;
    case 'UNSEEN':
      if (UINT32.test(value)) numbers.unseen = Number(value);
      return;
    case 'HIGHESTMODSEQ':
      if (NUMBER63.test(value)) numbers.highestModseq = BigInt(value);
      return;
    default:
  }
};

/** '' for NIL. */
const nextDelimiter = (cursor: Cursor): string | undefined => {
  const token = nextToken(cursor);
  if (token.kind === 'string') return token.text.length === 1 ? token.text.toString('latin1') : undefined;
  return token.kind === 'atom' && token.text.toString('latin1').toUpperCase() === 'NIL' ? '' : undefined;
};

const nextName = (cursor: Cursor): string | undefined => {
  const token = nextToken(cursor);
  if (token.kind === 'atom') {
    const name = token.text.toString('latin1');
    return ASTRING.test(name) && name.toUpperCase() !== 'NIL' ? name : undefined;
  }
  if (token.kind !== 'string') return undefined;
  const name = token.text.toString('utf8');
  return name === '' || CONTROL.test(name) ? undefined : name;
};
