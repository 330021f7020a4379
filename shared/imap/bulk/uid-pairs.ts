/** A set of UIDs as the server wrote it, kept as pairs of numbers: [first, last, first, last ...]. No object per range. */
import { UID_MAX, type UidRange, unionUids } from '../../mail/uid-set.ts';
import { COLON, COMMA, isDigit, ZERO } from './ascii.ts';

/** Ascending and disjoint. */
export type UidPairs = Uint32Array;

/** Reads `1:4,9`; ranges may be reversed, in any order, and overlap. Undefined for anything else. */
export const readUidPairs = (text: Buffer): UidPairs | undefined => {
  let pairs = new Uint32Array(64);
  let count = 0;
  let ascending = true;
  let top = 0;
  let at = 0;
  for (;;) {
    const first = numberAt(text, at);
    if (first === undefined) return undefined;
    at = first.end;
    let last = first;
    if (text[at] === COLON) {
      const second = numberAt(text, at + 1);
      if (second === undefined) return undefined;
      last = second;
      at = last.end;
    }
    if (count + 2 > pairs.length) {
      const larger = new Uint32Array(pairs.length * 2);
      larger.set(pairs);
      pairs = larger;
    }
    const low = Math.min(first.value, last.value);
    if (low <= top) ascending = false;
    top = Math.max(first.value, last.value);
    pairs[count] = low;
    pairs[count + 1] = top;
    count += 2;
    if (at === text.length) break;
    if (text[at] !== COMMA) return undefined;
    at += 1;
  }
  return ascending ? pairs.subarray(0, count) : inOrder(pairs.subarray(0, count));
};

export const pairsCount = (pairs: UidPairs): number => {
  let count = 0;
  for (let i = 0; i < pairs.length; i += 2) count += (pairs[i + 1] as number) - (pairs[i] as number) + 1;
  return count;
};

/** All UIDs, ascending. Only for sets whose count is known to be small enough. */
export const expandPairs = (pairs: UidPairs): Uint32Array => {
  const uids = new Uint32Array(pairsCount(pairs));
  let count = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const last = pairs[i + 1] as number;
    for (let uid = pairs[i] as number; uid <= last; uid += 1) {
      uids[count] = uid;
      count += 1;
    }
  }
  return uids;
};

const numberAt = (text: Buffer, from: number): { readonly value: number; readonly end: number } | undefined => {
  let value = 0;
  let end = from;
  while (end < text.length && isDigit(text[end]) && end - from < 10) {
    value = value * 10 + (text[end] as number) - ZERO;
    end += 1;
  }
  return value >= 1 && value <= UID_MAX ? { value, end } : undefined;
};

const inOrder = (pairs: Uint32Array): UidPairs => {
  const ranges = Array.from(
    { length: pairs.length / 2 },
    (_, i): UidRange => [pairs[2 * i] as number, pairs[2 * i + 1] as number],
  );
  return Uint32Array.from(unionUids(ranges, []).flat());
};
