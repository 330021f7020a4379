/**
 * Sets of UIDs as sorted, disjoint, non-adjacent inclusive ranges: the `sequence-set` of RFC 9051 section 9 without `*`.
 * UIDs are 32-bit and start at 1 (RFC 9051 section 2.3.1.1).
 */
import { MailyardError } from '../errors.ts';

export type UidRange = readonly [first: number, last: number];
export type UidSet = readonly UidRange[];

export const UID_MAX = 0xffffffff;
export const NO_UIDS: UidSet = [];

/** The range `first:last`; empty when last < first. */
export const uidRange = (first: number, last: number): UidSet => (last < first ? NO_UIDS : [[first, last]]);

/** Any numbers, in any order, with repeats. Throws `uid.invalid` for a number that is no UID. */
export const uidSet = (uids: Iterable<number>): UidSet => {
  const sorted = [...uids].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const uid of sorted) {
    if (!Number.isInteger(uid) || uid < 1 || uid > UID_MAX) throw new MailyardError('uid.invalid', `not a UID: ${uid}`);
    push(ranges, uid, uid);
  }
  return ranges;
};

export function* uidsOf(set: UidSet): Generator<number> {
  for (const [first, last] of set) for (let uid = first; uid <= last; uid += 1) yield uid;
}

export const uidCount = (set: UidSet): number => set.reduce((sum, [first, last]) => sum + last - first + 1, 0);

/** Membership by binary search over the ranges. */
export const hasUid = (set: UidSet, uid: number): boolean => {
  let low = 0;
  let high = set.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = set[middle] as UidRange;
    if (uid < range[0]) high = middle - 1;
    else if (uid > range[1]) low = middle + 1;
    else return true;
  }
  return false;
};

export const unionUids = (a: UidSet, b: UidSet): UidSet => {
  const ranges: [number, number][] = [];
  for (const [first, last] of [...a, ...b].sort((x, y) => x[0] - y[0])) push(ranges, first, last);
  return ranges;
};

export const intersectUids = (a: UidSet, b: UidSet): UidSet => {
  const ranges: [number, number][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [aFirst, aLast] = a[i] as UidRange;
    const [bFirst, bLast] = b[j] as UidRange;
    const first = Math.max(aFirst, bFirst);
    const last = Math.min(aLast, bLast);
    if (first <= last) push(ranges, first, last);
    if (aLast < bLast) i += 1;
    else j += 1;
  }
  return ranges;
};

/** What is in `a` and not in `b`. */
export const withoutUids = (a: UidSet, b: UidSet): UidSet => intersectUids(a, complement(b));

/** `1:4,9`, as a command carries it; '' for the empty set, which no command may carry. */
export const formatUidSet = (set: UidSet): string =>
  set.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',');

/** Reads `1:4,9`; ranges may be reversed or overlap (RFC 9051 section 9, seq-range). Throws `uid.invalid`. */
export const parseUidSet = (text: string): UidSet => {
  if (text === '') return NO_UIDS;
  const ranges = text.split(',').map((part): [number, number] => {
    const match = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(part);
    const first = Number(match?.[1] ?? Number.NaN);
    const last = Number(match?.[2] ?? first);
    if (!(first >= 1 && first <= UID_MAX && last >= 1 && last <= UID_MAX)) {
      throw new MailyardError('uid.invalid', `not a UID set: ${part.slice(0, 40)}`);
    }
    return first <= last ? [first, last] : [last, first];
  });
  return unionUids(ranges, NO_UIDS);
};

/** Cuts a set so that each piece formats to at most `bytesMax` bytes: servers refuse longer command lines. */
export const splitUidSet = (set: UidSet, bytesMax: number): UidSet[] => {
  const pieces: UidSet[] = [];
  let piece: UidRange[] = [];
  let bytes = 0;
  for (const range of set) {
    const length = formatUidSet([range]).length + 1;
    if (piece.length > 0 && bytes + length > bytesMax + 1) {
      pieces.push(piece);
      piece = [];
      bytes = 0;
    }
    piece.push(range);
    bytes += length;
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
};

const complement = (set: UidSet): UidSet => {
  const ranges: UidRange[] = [];
  let next = 1;
  for (const [first, last] of set) {
    if (first > next) ranges.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= UID_MAX) ranges.push([next, UID_MAX]);
  return ranges;
};

/** Appends to ranges that are sorted by their first UID, joining what touches or overlaps. */
const push = (ranges: [number, number][], first: number, last: number): void => {
  const top = ranges.at(-1);
  if (top !== undefined && first <= top[1] + 1) top[1] = Math.max(top[1], last);
  else ranges.push([first, last]);
};
