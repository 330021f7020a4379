/**
 * The messages of a folder as columns: UIDs and the number of a keyword combination. Combinations repeat a lot
 * (a few hundred in 150,000 messages), so no object is kept per message.
 */
import { MailyardError } from '../errors.ts';
import type { Keyword } from '../mail/keyword.ts';
import { UID_MAX, type UidRange, type UidSet } from '../mail/uid-set.ts';
import { combinationTable } from './combination-table.ts';

export type MessageList = {
  /** Ascending, without repeats. */
  readonly uids: Uint32Array;
  /** For uids[i], the index of its keywords in `combinations`. */
  readonly combinationOf: Uint32Array;
  /** Distinct sets of keywords, each sorted. Some may be in use by no message. */
  readonly combinations: readonly (readonly Keyword[])[];
};

export type MessageRow = { readonly uid: number; readonly keywords: readonly Keyword[] };

export const NO_MESSAGES: MessageList = {
  uids: new Uint32Array(0),
  combinationOf: new Uint32Array(0),
  combinations: [],
};

/** Takes rows as they stream in, in any order; of the same UID twice the later row counts. */
export type MessageListBuilder = {
  /** Keywords in any order. Throws `uid.invalid`. */
  readonly add: (uid: number, keywords: readonly Keyword[]) => void;
  /** Rows added so far, repeats included. */
  readonly count: () => number;
  readonly build: () => MessageList;
};

export const messageListBuilder = (): MessageListBuilder => {
  const table = combinationTable();
  let uids = new Uint32Array(256);
  let combinationOf = new Uint32Array(256);
  let count = 0;
  let ascending = true;
  return {
    add: (uid, keywords) => {
      if (!Number.isInteger(uid) || uid < 1 || uid > UID_MAX)
        throw new MailyardError('uid.invalid', `not a UID: ${uid}`);
      if (count === uids.length) {
        uids = grown(uids);
        combinationOf = grown(combinationOf);
      }
      if (count > 0 && uid <= (uids[count - 1] as number)) ascending = false;
      uids[count] = uid;
      combinationOf[count] = table.indexOf(keywords);
      count += 1;
    },
    count: () => count,
    build: () => {
      const rows = { uids: uids.slice(0, count), combinationOf: combinationOf.slice(0, count) };
      return { ...(ascending ? rows : sorted(rows)), combinations: [...table.combinations] };
    },
  };
};

export const messageListOf = (rows: Iterable<MessageRow>): MessageList => {
  const builder = messageListBuilder();
  for (const { uid, keywords } of rows) builder.add(uid, keywords);
  return builder.build();
};

export function* rowsOf(list: MessageList): Generator<MessageRow> {
  for (const [i, uid] of list.uids.entries()) yield { uid, keywords: combinationAt(list, i) };
}

/** The keywords of one message; undefined when the list lacks it. */
export const keywordsAt = (list: MessageList, uid: number): readonly Keyword[] | undefined => {
  const index = lowerBound(list.uids, uid);
  return list.uids[index] === uid ? combinationAt(list, index) : undefined;
};

/** The messages with first <= UID <= last; shares the memory of `list`. */
export const sliceMessages = (list: MessageList, first: number, last: number): MessageList =>
  subList(list, lowerBound(list.uids, first), lowerBound(list.uids, last + 1));

/** The messages at the indexes from <= i < to; shares the memory of `list`. */
export const subList = (list: MessageList, from: number, to: number): MessageList => ({
  uids: list.uids.subarray(from, to),
  combinationOf: list.combinationOf.subarray(from, to),
  combinations: list.combinations,
});

export const withoutMessages = (list: MessageList, gone: UidSet): MessageList => {
  const uids = new Uint32Array(list.uids.length);
  const combinationOf = new Uint32Array(list.uids.length);
  let count = 0;
  let range = 0;
  for (let i = 0; i < list.uids.length; i += 1) {
    const uid = list.uids[i] as number;
    while (range < gone.length && (gone[range] as UidRange)[1] < uid) range += 1;
    if (range < gone.length && (gone[range] as UidRange)[0] <= uid) continue;
    uids[count] = uid;
    combinationOf[count] = list.combinationOf[i] as number;
    count += 1;
  }
  return { uids: uids.slice(0, count), combinationOf: combinationOf.slice(0, count), combinations: list.combinations };
};

/** Both lists in one; where both hold a UID, the keywords of `other` count. */
export const withMessages = (list: MessageList, other: MessageList): MessageList => {
  const table = combinationTable();
  const ours = table.indexesOf(list.combinations);
  const theirs = table.indexesOf(other.combinations);
  const uids = new Uint32Array(list.uids.length + other.uids.length);
  const combinationOf = new Uint32Array(uids.length);
  let i = 0;
  let j = 0;
  let count = 0;
  while (i < list.uids.length || j < other.uids.length) {
    // Past the end of a list no UID is left, and Infinity is above all of the other's.
    const our = list.uids[i] ?? Number.POSITIVE_INFINITY;
    const their = other.uids[j] ?? Number.POSITIVE_INFINITY;
    uids[count] = Math.min(our, their);
    combinationOf[count] = (
      their <= our ? theirs[other.combinationOf[j] as number] : ours[list.combinationOf[i] as number]
    ) as number;
    if (our <= their) i += 1;
    if (their <= our) j += 1;
    count += 1;
  }
  return { uids: uids.slice(0, count), combinationOf: combinationOf.slice(0, count), combinations: table.combinations };
};

/** Lists that follow each other, each one's UIDs above those of the one before, as one. */
export const concatMessages = (lists: readonly MessageList[]): MessageList => {
  const table = combinationTable();
  const uids = new Uint32Array(lists.reduce((sum, list) => sum + list.uids.length, 0));
  const combinationOf = new Uint32Array(uids.length);
  let count = 0;
  for (const list of lists) {
    const indexes = table.indexesOf(list.combinations);
    uids.set(list.uids, count);
    for (const combination of list.combinationOf) {
      combinationOf[count] = indexes[combination] as number;
      count += 1;
    }
  }
  return { uids, combinationOf, combinations: table.combinations };
};

/** The UIDs of the list. */
export const listedUids = (list: MessageList): UidSet => {
  const ranges: [number, number][] = [];
  for (const uid of list.uids) appendUid(ranges, uid);
  return ranges;
};

/** Appends a UID that is above all in `ranges`. */
export const appendUid = (ranges: [number, number][], uid: number): void => {
  const top = ranges.at(-1);
  if (top !== undefined && top[1] === uid - 1) top[1] = uid;
  else ranges.push([uid, uid]);
};

const combinationAt = (list: MessageList, index: number): readonly Keyword[] =>
  list.combinations[list.combinationOf[index] as number] as readonly Keyword[];

/** The index of the first UID that is >= uid. */
const lowerBound = (uids: Uint32Array, uid: number): number => {
  let low = 0;
  let high = uids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uids[middle] as number) < uid) low = middle + 1;
    else high = middle;
  }
  return low;
};

type Columns = Pick<MessageList, 'uids' | 'combinationOf'>;

const sorted = (rows: Columns): Columns => {
  const order = new Uint32Array(rows.uids.length).map((_, i) => i);
  // Stable, so that of equal UIDs the later row comes last.
  order.sort((a, b) => (rows.uids[a] as number) - (rows.uids[b] as number));
  const last = order.filter((row, i) => rows.uids[row] !== rows.uids[order[i + 1] ?? -1]);
  return {
    uids: last.map((row) => rows.uids[row] as number),
    combinationOf: last.map((row) => rows.combinationOf[row] as number),
  };
};

const grown = (column: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
};
