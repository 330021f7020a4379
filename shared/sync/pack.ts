/**
 * A folder as segments over UID ranges: a segment covers the UIDs from its start up to the next one's. At first the lowest
 * starts at 1; below the lowest there is no message. A folder without messages has no segments.
 */
import { UID_MAX } from '../mail/uid-set.ts';
import { corrupt } from './bits.ts';
import { FULL_SHARE, fill, type Segment } from './fill.ts';
import { concatMessages, type MessageList, NO_MESSAGES, sliceMessages, subList, withMessages } from './message-list.ts';
import { decodeSegment, encodeSegment } from './segment.ts';
import { atOnce, type Steps } from './steps.ts';

export type { Segment } from './fill.ts';

export type PackOptions = {
  /** Of the whole item; see LIMITS.segmentItemBytesMax. Only a message too large for it by its own keywords exceeds it. */
  readonly segmentBytesMax: number;
  /** How much of the room is filled at first, so that later changes fit. */
  readonly fillShare: number;
  /** Keys and attribute names: what the item weighs without the segment's bytes. */
  readonly overheadBytes: number;
};

/**
 * To be carried out in this order: write the new ones, write the others, remove. Broken off anywhere, unpackSegments then
 * still finds every message that was there before and stays, be it with its old keywords.
 */
export type SegmentChanges = {
  /** New ones first, else ascending by start. */
  readonly write: readonly (Segment & { readonly isNew: boolean })[];
  /** Starts of segments to delete: what messages they hold are gone, or in another segment. */
  readonly remove: readonly number[];
  /** Starts of segments to leave alone. */
  readonly unchanged: readonly number[];
};

export const packSegments = (list: MessageList, options: PackOptions): Segment[] => fill(1, list, fillBytes(options));

/**
 * The messages that segments hold. Where writing was broken off, two may hold the same UID: the one that starts later is
 * the one whose range it is in. Throws `segment.corrupt`.
 */
export const unpackSegments = (segments: readonly Segment[]): MessageList => atOnce(unpackingSteps(segments));

export function* unpackingSteps(segments: readonly Segment[]): Steps<MessageList> {
  const ordered = inOrder(segments);
  const lists: MessageList[] = [];
  for (const [i, { start, bytes }] of ordered.entries()) {
    if (i > 0 && i % SEGMENTS_PER_STEP === 0) yield;
    lists.push(decodeSegment(start, bytes));
  }
  const isWhole = lists.every((list, i) => (list.uids.at(-1) ?? 0) < endOf(ordered, i));
  return isWhole ? concatMessages(lists) : lists.reduce(withMessages, NO_MESSAGES);
}

/**
 * What to write so that `segments` hold `next`. Boundaries stay where they are, so that a change writes the segments it
 * touches and no others; one that outgrows its item is split, and small neighbours are joined when both are written anyway.
 */
export const updateSegments = (segments: readonly Segment[], next: MessageList, options: PackOptions): SegmentChanges =>
  atOnce(updatingSteps(segments, next, options));

export function* updatingSteps(
  segments: readonly Segment[],
  next: MessageList,
  options: PackOptions,
): Steps<SegmentChanges> {
  const before = inOrder(segments);
  // All of a folder at first, and else nothing, unless the first sync was broken off before its lowest segment was written.
  const after: Segment[] = packSegments(sliceMessages(next, 1, (before[0]?.start ?? UID_MAX + 1) - 1), options);
  for (const [i, segment] of before.entries()) {
    if (i > 0 && i % SEGMENTS_PER_STEP === 0) yield;
    const messages = sliceMessages(next, segment.start, endOf(before, i) - 1);
    if (messages.uids.length === 0) continue;
    const parts = i === before.length - 1 ? refitLast(segment, messages, options) : refit(segment, messages, options);
    const joined = joinSmall(after.at(-1), parts, before, i, next, options);
    if (joined === undefined) after.push(...parts);
    else after[after.length - 1] = joined;
  }

  const bytesBefore = new Map(before.map(({ start, bytes }) => [start, bytes]));
  const startsAfter = new Set(after.map(({ start }) => start));
  const isUnchanged = ({ start, bytes }: Segment): boolean => sameBytes(bytesBefore.get(start), bytes);
  return {
    write: after
      .filter((segment) => !isUnchanged(segment))
      .map(({ start, bytes }) => ({ start, bytes, isNew: !bytesBefore.has(start) }))
      .sort((a, b) => Number(b.isNew) - Number(a.isNew)),
    remove: before.map(({ start }) => start).filter((start) => !startsAfter.has(start)),
    unchanged: after.filter(isUnchanged).map(({ start }) => start),
  };
}

/** A few milliseconds. */
const SEGMENTS_PER_STEP = 4;

const refit = ({ start }: Segment, messages: MessageList, options: PackOptions): Segment[] => {
  const bytes = encodeSegment(start, messages);
  return bytes !== undefined && bytes.length <= roomBytes(options)
    ? [{ start, bytes }]
    : split(start, messages, options);
};

/** As many segments as filling takes, but of equal counts of messages: each then has the same room for changes. */
const split = (start: number, messages: MessageList, options: PackOptions): Segment[] => {
  const filled = fill(start, messages, fillBytes(options));
  const count = messages.uids.length;
  const even = filled.map((_, i) => {
    const part = subList(
      messages,
      Math.floor((i * count) / filled.length),
      Math.floor(((i + 1) * count) / filled.length),
    );
    const partStart = i === 0 ? start : (part.uids[0] as number);
    return { start: partStart, bytes: encodeSegment(partStart, part) };
  });
  return even.every((part): part is Segment => part.bytes !== undefined && part.bytes.length <= fillBytes(options))
    ? even
    : filled;
};

/** The last segment takes what arrives until it is as full as a new one; the room above that is for changes to what it holds. */
const refitLast = (segment: Segment, messages: MessageList, options: PackOptions): Segment[] => {
  const { start } = segment;
  const fillMax = fillBytes(options);
  const bytes = encodeSegment(start, messages);
  if (bytes !== undefined && bytes.length <= fillMax) return [{ start, bytes }];

  const heldUpTo = decodeSegment(start, segment.bytes).uids.at(-1) ?? 0;
  const held = sliceMessages(messages, start, heldUpTo);
  const heldBytes = encodeSegment(start, held);
  const isFull = heldBytes !== undefined && heldBytes.length >= fillMax * FULL_SHARE;
  if (!isFull || heldBytes.length > roomBytes(options)) return fill(start, messages, fillMax);
  const arrived = subList(messages, held.uids.length, messages.uids.length);
  return [{ start, bytes: heldBytes }, ...fill(arrived.uids[0] ?? 0, arrived, fillMax)];
};

/** `previous` with the one small part after it taken in; undefined where that would not be free, or would soon be split again. */
const joinSmall = (
  previous: Segment | undefined,
  parts: readonly Segment[],
  before: readonly Segment[],
  index: number,
  next: MessageList,
  options: PackOptions,
): Segment | undefined => {
  const [part, second] = parts;
  if (previous === undefined || part === undefined || second !== undefined) return undefined;
  if (previous.bytes.length + part.bytes.length > fillBytes(options) / 2) return undefined;
  const isWritten = ({ start, bytes }: Segment): boolean =>
    !sameBytes(before.find((segment) => segment.start === start)?.bytes, bytes);
  if (!isWritten(previous) || !isWritten(part)) return undefined;
  const { start } = previous;
  const bytes = encodeSegment(start, sliceMessages(next, start, endOf(before, index) - 1));
  return bytes !== undefined && bytes.length <= fillBytes(options) ? { start, bytes } : undefined;
};

const roomBytes = ({ segmentBytesMax, overheadBytes }: PackOptions): number => segmentBytesMax - overheadBytes;

const fillBytes = (options: PackOptions): number => Math.floor(roomBytes(options) * options.fillShare);

const inOrder = (segments: readonly Segment[]): Segment[] => {
  const ordered = [...segments].sort((a, b) => a.start - b.start);
  if (ordered.some(({ start }, i) => start === ordered[i + 1]?.start)) throw corrupt('two start at the same UID');
  return ordered;
};

/** The UID after the last of a segment's range. */
const endOf = (ordered: readonly Segment[], index: number): number => ordered[index + 1]?.start ?? UID_MAX + 1;

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;
