/**
 * A plane is one bit per position, in whichever of four forms takes the fewest bytes. Between encoder and decoder it is
 * a row of run lengths: zeros, ones, zeros, ... where only the first may be 0 long.
 *
 *   form byte: form (3 bits, low) and k (5 bits, high), then bits up to the next whole byte
 *   raw        the bits themselves
 *   ones       Rice(k) gaps of zeros, each followed by one 1; the last gap may reach the end
 *   zeros      the same of the inverted plane
 *   runs       a byte with the k of runs of ones (the form byte has that of zeros), then each run length; all but the first less 1
 */
import { type BitReader, type BitWriter, corrupt, riceBits } from './bits.ts';

export type Runs = readonly number[];

const RAW = 0;
const ONES = 1;
const ZEROS = 2;
const RUNS = 3;
const K_MAX = 31;

/** Writes a plane of `length` (the sum of `runs`) positions. The same plane always gives the same bytes. */
export const writePlane = (writer: BitWriter, runs: Runs, length: number): void => {
  const inverted = invert(runs);
  const ones = gapCost(runs);
  const zeros = gapCost(inverted);
  const zeroRuns = bestRice(runs, 0, 1, 0);
  const oneRuns = bestRice(runs, 1, 1, 0);
  const both = 8 + zeroRuns.bits + oneRuns.bits;
  const least = Math.min(length, ones.bits, zeros.bits, both);

  if (least === length) {
    writer.bits(RAW, 8);
    for (let i = 0; i < runs.length; i += 1) writer.run(i & 1, runs[i] as number);
  } else if (least === ones.bits) {
    writer.bits(ONES | (ones.k << 3), 8);
    writeGaps(writer, runs, ones.k);
  } else if (least === zeros.bits) {
    writer.bits(ZEROS | (zeros.k << 3), 8);
    writeGaps(writer, inverted, zeros.k);
  } else {
    writer.bits(RUNS | (zeroRuns.k << 3), 8);
    writer.bits(oneRuns.k, 8);
    for (let i = 0; i < runs.length; i += 1) writer.rice(lengthLess(runs, i, 1), i & 1 ? oneRuns.k : zeroRuns.k);
  }
  writer.align();
};

/** Reads a plane of `length` positions with at most `onesMax` ones. Throws `segment.corrupt`; time and memory stay within the bytes read. */
export const readPlane = (reader: BitReader, length: number, onesMax: number): Runs => {
  const head = reader.bits(8);
  const form = head & 7;
  const k = head >>> 3;
  const runs =
    form === RAW && k === 0
      ? readRaw(reader, length)
      : form === ONES
        ? readGaps(reader, length, k)
        : form === ZEROS
          ? invert(readGaps(reader, length, k))
          : form === RUNS
            ? readRuns(reader, length, k)
            : undefined;
  if (runs === undefined) throw corrupt(`there is no plane form ${head}`);
  reader.align();
  if (onesOf(runs) > onesMax) throw corrupt('it holds too many messages');
  return runs;
};

const readRaw = (reader: BitReader, length: number): number[] => {
  const runs: number[] = [];
  for (let at = 0; at < length; ) {
    const run = reader.run(runs.length & 1, length - at);
    runs.push(run);
    at += run;
  }
  return runs;
};

const readGaps = (reader: BitReader, length: number, k: number): number[] => {
  const runs: number[] = [];
  let at = 0;
  while (at < length) {
    const gap = reader.rice(k);
    at += gap + 1;
    if (at > length + 1) throw corrupt('a gap leads past the end');
    if (gap === 0 && runs.length > 0) runs[runs.length - 1] = (runs[runs.length - 1] as number) + 1;
    else {
      runs.push(gap);
      if (at <= length) runs.push(1);
    }
  }
  return runs;
};

const readRuns = (reader: BitReader, length: number, zerosK: number): number[] => {
  const onesK = reader.bits(8);
  if (onesK > K_MAX) throw corrupt(`there is no k of ${onesK}`);
  const runs: number[] = [];
  let at = 0;
  while (at < length) {
    const run = reader.rice(runs.length & 1 ? onesK : zerosK) + (runs.length === 0 ? 0 : 1);
    runs.push(run);
    at += run;
  }
  if (at > length) throw corrupt('a run leads past the end');
  return runs;
};

const invert = (runs: Runs): Runs => (runs[0] === 0 ? runs.slice(1) : [0].concat(runs));

/** The number of ones, which is the sum of every other run. */
export const onesOf = (runs: Runs): number => {
  let ones = 0;
  for (let i = 1; i < runs.length; i += 2) ones += runs[i] as number;
  return ones;
};

/** The length of a run; `less` is taken from all but the very first. */
const lengthLess = (runs: Runs, index: number, less: number): number =>
  (runs[index] as number) - (index === 0 ? 0 : less);

const writeGaps = (writer: BitWriter, runs: Runs, k: number): void => {
  for (let i = 0; i < runs.length; i += 2) {
    writer.rice(runs[i] as number, k);
    for (let n = 1; n < (runs[i + 1] ?? 0); n += 1) writer.rice(0, k);
  }
};

/** In a run of n ones, n - 1 follow a gap of 0. */
const gapCost = (runs: Runs): RiceCost => {
  let emptyGaps = 0;
  for (let i = 1; i < runs.length; i += 2) emptyGaps += (runs[i] as number) - 1;
  return bestRice(runs, 0, 0, emptyGaps);
};

type RiceCost = { readonly k: number; readonly bits: number };

/** The k that writes the runs of one symbol (0 from index 0, 1 from index 1) and `zeros` times the value 0 in the fewest bits. */
const bestRice = (runs: Runs, from: number, less: number, zeros: number): RiceCost => {
  let sum = 0;
  for (let i = from; i < runs.length; i += 2) sum += lengthLess(runs, i, less);
  const mean = sum / (((runs.length - from + 1) >> 1) + zeros || 1);
  // No k above the mean's own width pays: it would add a bit to every value.
  const kMax = Math.min(K_MAX, 32 - Math.clz32(mean));
  let best: RiceCost = { k: 0, bits: Number.POSITIVE_INFINITY };
  for (let k = 0; k <= kMax; k += 1) {
    let bits = zeros * (k + 1);
    for (let i = from; i < runs.length && bits < best.bits; i += 2) bits += riceBits(lengthLess(runs, i, less), k);
    if (bits < best.bits) best = { k, bits };
  }
  return best;
};
