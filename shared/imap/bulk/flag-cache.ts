/** From the bytes of a FLAGS list to the number of its combination of keywords: the same bytes are decoded once. */
import { LIMITS } from '../../limits.ts';
import { keywordsOf } from '../../mail/keyword.ts';
import { type CombinationTable, combinationTable } from '../../sync/combination-table.ts';

export type FlagCache = Pick<CombinationTable, 'combinations'> & {
  /** Of the bytes from <= i < to, flags with spaces between. -1 when that would be more combinations than we hold. */
  readonly indexOfBytes: (bytes: Buffer, from: number, to: number) => number;
  /** The same of flags one by one. */
  readonly indexOfFlags: (flags: readonly string[]) => number;
  /** What the combinations take, roughly. */
  readonly bytesHeld: () => number;
};

const EMPTY = -1;
/** Lists that hash alike: a server that sends them on purpose gets them decoded each time. */
const PROBES_MAX = 16;

export const flagCache = (): FlagCache => {
  const table = combinationTable();
  let combinationBytes = 0;
  /** Entries by hash, open addressing; an entry's bytes are in `arena`. */
  let slots = new Int32Array(256).fill(EMPTY);
  const hashes: number[] = [];
  const starts: number[] = [0];
  const numbers: number[] = [];
  let arena = Buffer.allocUnsafe(4_096);

  const indexOfFlags = (flags: readonly string[]): number => {
    const before = table.combinations.length;
    // Sorted, so that the table keeps one key for a set in whatever order.
    const keywords = keywordsOf(flags.filter(isAtom));
    const size = keywords.reduce((sum, keyword) => sum + keyword.length + 1, 1);
    // A set already known costs nothing, but whether it is known is seen only by adding it.
    if (combinationBytes + size > LIMITS.bulkCombinationBytesMax) return -1;
    const index = table.indexOf(keywords);
    if (table.combinations.length > before) combinationBytes += size;
    return index;
  };

  const remember = (hash: number, bytes: Buffer, from: number, to: number, number: number): void => {
    const entry = numbers.length;
    const start = starts[entry] as number;
    const end = start + to - from;
    if (entry >= LIMITS.bulkFlagCacheEntriesMax || end > LIMITS.bulkFlagCacheBytesMax) return;
    if (end > arena.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, arena.length * 2));
      arena.copy(larger, 0, 0, start);
      arena = larger;
    }
    bytes.copy(arena, start, from, to);
    hashes.push(hash);
    numbers.push(number);
    starts.push(end);
    if (numbers.length * 2 > slots.length) {
      slots = new Int32Array(slots.length * 2).fill(EMPTY);
      for (let i = 0; i < entry; i += 1) place(i);
    }
    place(entry);
  };

  const place = (entry: number): void => {
    let slot = (hashes[entry] as number) & (slots.length - 1);
    for (let probe = 0; slots[slot] !== EMPTY; probe += 1) {
      if (probe === PROBES_MAX) return;
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = entry;
  };

  const isSame = (entry: number, bytes: Buffer, from: number, to: number): boolean => {
    const start = starts[entry] as number;
    const size = to - from;
    if ((starts[entry + 1] as number) - start !== size) return false;
    for (let i = 0; i < size; i += 1) if (arena[start + i] !== bytes[from + i]) return false;
    return true;
  };

  const indexOfBytes = (bytes: Buffer, from: number, to: number): number => {
    const hash = hashOf(bytes, from, to);
    let slot = hash & (slots.length - 1);
    for (let probe = 0; probe <= PROBES_MAX; probe += 1) {
      const entry = slots[slot] as number;
      if (entry === EMPTY) break;
      if (hashes[entry] === hash && isSame(entry, bytes, from, to)) return numbers[entry] as number;
      slot = (slot + 1) & (slots.length - 1);
    }
    if (to - from > LIMITS.bulkCombinationBytesMax) return -1;
    const number = indexOfFlags(bytes.toString('utf8', from, to).split(' '));
    if (number >= 0) remember(hash, bytes, from, to, number);
    return number;
  };

  return { combinations: table.combinations, indexOfBytes, indexOfFlags, bytesHeld: () => combinationBytes };
};

/** A flag is an atom (RFC 9051 section 9): with one of these in it, it could not be sent back. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const isAtom = (flag: string): boolean => flag !== '' && !/[\u0000-\u0020\u007f()"]/.test(flag);

/** FNV-1a, 32 bits. */
const hashOf = (bytes: Buffer, from: number, to: number): number => {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash >>> 0;
};
