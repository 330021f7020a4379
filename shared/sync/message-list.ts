/**
 * The messages of a folder as columns: UIDs and the number of a keyword combination. Combinations repeat a lot
 * (a few hundred in 150,000 messages), so no object is kept per message.
 */
import { MailyardError } from '../errors.ts';
import type { Keyword } from '../mail/keyword.ts';
import { UID_MAX, type UidSet } from '../mail/uid-set.ts';
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
  if (gone.length === 0) return list;
  const kept = columnsOf(list.uids.length);
  let from = 0;
  for (const [first, last] of gone) {
    const to = lowerBound(list.uids, first, from);
    kept.copy(list, from, to);
    from = lowerBound(list.uids, last + 1, to);
  }
  kept.copy(list, from, list.uids.length);
  return { ...kept.done(), combinations: list.combinations };
};

/** Both lists in one; where both hold a UID, the keywords of `other` count. */
export const withMessages = (list: MessageList, other: MessageList): MessageList => {
  const table = combinationTable();
  const ours = renumbered(list, table.indexesOf(list.combinations));
  const theirs = renumbered(other, table.indexesOf(other.combinations));
  const both = columnsOf(list.uids.length + other.uids.length);
  let from = 0;
  for (let i = 0; i < other.uids.length; i += 1) {
    const uid = other.uids[i] as number;
    const to = lowerBound(list.uids, uid, from);
    both.copy(ours, from, to);
    both.copy(theirs, i, i + 1);
    from = list.uids[to] === uid ? to + 1 : to;
  }
  both.copy(ours, from, list.uids.length);
  return { ...both.done(), combinations: table.combinations };
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

/** Those of `uids` that the list holds. */
export const heldUids = (list: MessageList, uids: UidSet): UidSet => {
  const ranges: [number, number][] = [];
  for (const [first, last] of uids) {
    for (let i = lowerBound(list.uids, first); i < list.uids.length && (list.uids[i] as number) <= last; i += 1) {
      appendUid(ranges, list.uids[i] as number);
    }
  }
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

/** The index of the first UID that is >= uid; `from`: none before that index is. */
export const lowerBound = (uids: Uint32Array, uid: number, from = 0): number => {
  let low = from;
  let high = uids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uids[middle] as number) < uid) low = middle + 1;
    else high = middle;
  }
  return low;
};

type Columns = Pick<MessageList, 'uids' | 'combinationOf'>;

/** The columns under other numbers for the combinations; as they are where those are the same. */
const renumbered = ({ uids, combinationOf }: MessageList, numbers: Uint32Array): Columns =>
  numbers.every((number, i) => number === i)
    ? { uids, combinationOf }
    : { uids, combinationOf: combinationOf.map((combination) => numbers[combination] as number) };

/** Columns that are filled by stretches of others. */
const columnsOf = (lengthMax: number) => {
  const uids = new Uint32Array(lengthMax);
  const combinationOf = new Uint32Array(lengthMax);
  let count = 0;
  return {
    /** The rows at the indexes from <= i < to. */
    copy: (source: Columns, from: number, to: number): void => {
      // A short stretch costs less row by row than two views of the arrays do.
      if (to - from < SHORT_ROWS) {
        for (let i = from; i < to; i += 1) {
          uids[count + i - from] = source.uids[i] as number;
          combinationOf[count + i - from] = source.combinationOf[i] as number;
        }
      } else {
        uids.set(source.uids.subarray(from, to), count);
        combinationOf.set(source.combinationOf.subarray(from, to), count);
      }
      count += to - from;
    },
    done: (): Columns => ({ uids: uids.subarray(0, count), combinationOf: combinationOf.subarray(0, count) }),
  };
};

const SHORT_ROWS = 16;

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
