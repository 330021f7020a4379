/** A message's header fields, as rules read them: all of them, in order, unfolded and decoded. */
import { LIMITS } from '../limits.ts';
import { ADDRESS_HEADERS, type Address, formatAddresses, parseAddresses } from './addresses.ts';
import type { HeaderField } from './message.ts';
import { decodeBytes, decodeWords } from './parse-encoded-words.ts';

/**
 * Reads up to the first empty line or `headerBytesMax`. Lines that are no field are passed over; never throws.
 * Values are one line without control characters, whatever an encoded word held: nothing built from them can split a header.
 * In address headers decoded names are quoted, since a name may decode to something that looks like an address.
 */
export const parseHeaders = (raw: Uint8Array): HeaderField[] => {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, LIMITS.headerBytesMax));
  const fields: HeaderField[] = [];
  for (const field of unfold(bytes)) {
    const colon = field.indexOf(COLON);
    const name = field.toString('latin1', 0, Math.max(colon, 0)).trimEnd();
    if (!FIELD_NAME.test(name)) continue;
    const lower = name.toLowerCase();
    fields.push([lower, readValue(lower, decodeBytes(field.subarray(colon + 1)))]);
  }
  return fields;
};

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

// RFC 5322 section 2.2: printable ASCII but the colon.
const FIELD_NAME = /^[!-9;-~]{1,200}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** The fields' bytes, folds still inside (their line breaks become spaces with the other control characters). */
function* unfold(bytes: Buffer): Generator<Buffer> {
  let start = 0;
  let line = 0;
  while (line < bytes.length) {
    const lf = bytes.indexOf(LF, line);
    const next = lf < 0 ? bytes.length : lf + 1;
    const first = bytes[line];
    if (first === LF || (first === CR && bytes[line + 1] === LF)) break;
    if (first !== SPACE && first !== TAB && line > start) {
      yield bytes.subarray(start, line);
      start = line;
    }
    line = next;
  }
  if (line > start) yield bytes.subarray(start, line);
}

const readValue = (name: string, text: string): string => {
  const line = text.replace(FOLD, '$1').replace(CONTROLS, ' ').trim();
  if (!line.includes('=?')) return line;
  const value = ADDRESS_HEADERS.has(name) ? decodeNames(line) : decodeWords(line);
  return value.toWellFormed().replace(CONTROLS, ' ').trim();
};

const FOLD = /\r?\n([ \t])/g;

/** Encoded words are decoded in names alone: RFC 2047 section 5 keeps them out of addresses. */
const decodeNames = (line: string): string => {
  const people = parseAddresses(line);
  if (people.length === 0) return formatAddresses([{ name: decodeWords(line), address: '' }]);
  return formatAddresses(
    people.map(
      ({ name, address }): Address => (name === undefined ? { address } : { name: decodeWords(name), address }),
    ),
  );
};
