/**
 * The common FETCH row, read in place: `* 12 FETCH (UID 345 FLAGS (\Seen $Junk) MODSEQ (678))`. Whatever looks otherwise is
 * left to response.ts.
 */
import { CLOSE, CR, LF, NINE, OPEN, OPEN_BRACE, QUOTE, SPACE, ZERO } from './ascii.ts';

/** The flags are the bytes from <= i < to, as they stand between the parentheses. */
export type TakeRow = (uid: number, bytes: Buffer, flagsFrom: number, flagsTo: number) => void;

const ofText = (text: string): readonly number[] => [...Buffer.from(text)];
const FETCH = ofText(' FETCH (');
const UID = ofText('UID ');
const FLAGS = ofText('FLAGS (');
const MODSEQ = ofText('MODSEQ (');
const U = UID[0];
const F = FLAGS[0];
const M = MODSEQ[0];

/**
 * Takes the row that starts at `at`, on its `*`, and gives the index behind its line end; 0, with nothing taken, when it is no
 * such row. A line end must be in `bytes` at or after `at`: it ends every loop in here.
 */
export const takePlainRow = (bytes: Buffer, at: number, take: TakeRow): number => {
  if (bytes[at + 1] !== SPACE) return 0;
  let p = digitsEnd(bytes, at + 2);
  if (p === at + 2 || !holds(bytes, p, FETCH)) return 0;
  p += FETCH.length;
  let uid = 0;
  let from = -1;
  let to = -1;
  for (;;) {
    const byte = bytes[p];
    if (byte === U && holds(bytes, p, UID)) {
      p += UID.length;
      const end = digitsEnd(bytes, p);
      // Ten digits are the widest UID; whether it is one is seen when it is taken.
      if (end === p || end - p > 10) return 0;
      for (uid = 0; p < end; p += 1) uid = uid * 10 + (bytes[p] as number) - ZERO;
    } else if (byte === F && holds(bytes, p, FLAGS)) {
      from = p + FLAGS.length;
      to = flagsEnd(bytes, from);
      if (to < 0) return 0;
      p = to + 1;
    } else if (byte === M && holds(bytes, p, MODSEQ)) {
      p = digitsEnd(bytes, p + MODSEQ.length);
      if (bytes[p] !== CLOSE) return 0;
      p += 1;
    } else return 0;
    if (bytes[p] === CLOSE) break;
    if (bytes[p] !== SPACE) return 0;
    p += 1;
  }
  if (bytes[p + 1] !== CR || bytes[p + 2] !== LF || uid === 0 || from < 0) return 0;
  take(uid, bytes, from, to);
  return p + 3;
};

const digitsEnd = (bytes: Buffer, from: number): number => {
  let p = from;
  while ((bytes[p] as number) >= ZERO && (bytes[p] as number) <= NINE) p += 1;
  return p;
};

/** The index of the `)`; -1 where a quoted string, a literal or anything odd is in the list. */
const flagsEnd = (bytes: Buffer, from: number): number => {
  for (let p = from; ; p += 1) {
    const byte = bytes[p] as number;
    if (byte === CLOSE) return p;
    if (byte < SPACE || byte === QUOTE || byte === OPEN || byte === OPEN_BRACE) return -1;
  }
};

const holds = (bytes: Buffer, at: number, text: readonly number[]): boolean => {
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text[i]) return false;
  return true;
};
