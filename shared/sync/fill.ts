/** How many messages go into a segment: as many as fit. */
import { MailyardError } from '../errors.ts';
import { type MessageList, subList } from './message-list.ts';
import { encodeSegment } from './segment.ts';

/** `start` is the first UID of the range, which goes up to the next segment's start; `bytes` are of segment.ts. */
export type Segment = { readonly start: number; readonly bytes: Uint8Array };

/** From here on a segment counts as full: the search for the last byte would cost more than it saves. */
export const FULL_SHARE = 0.99;

/** Segments of at most `bytesMax` bytes each (one message alone may be larger), the first from `start`, filled in order. */
export const fill = (start: number, list: MessageList, bytesMax: number): Segment[] => {
  const segments: Segment[] = [];
  let guess = 1_000;
  for (let from = 0; from < list.uids.length; ) {
    const segmentStart = from === 0 ? start : (list.uids[from] as number);
    const { count, bytes } = longestFitting(segmentStart, subList(list, from, list.uids.length), bytesMax, guess);
    segments.push({ start: segmentStart, bytes });
    from += count;
    guess = count;
  }
  return segments;
};

type Fitting = { readonly count: number; readonly bytes: Uint8Array };

/**
 * How many of the first messages fit in `bytesMax` bytes, at least one. A message more never takes fewer bytes, so the
 * answer is bracketed; the search ends within 1% of full, which saves most encodings of a long list.
 */
const longestFitting = (start: number, list: MessageList, bytesMax: number, guess: number): Fitting => {
  let best: Fitting = { count: 1, bytes: encodeOne(start, subList(list, 0, 1)) };
  let tooMany = list.uids.length + 1;
  let probe = guess;
  while (tooMany - best.count > 1) {
    probe = Math.min(Math.max(probe, best.count + 1), tooMany - 1);
    const bytes = encodeSegment(start, subList(list, 0, probe));
    if (bytes !== undefined && bytes.length <= bytesMax) {
      best = { count: probe, bytes };
      if (bytes.length >= bytesMax * FULL_SHARE) break;
      // From one message no density can be told.
      probe = probe < 16 ? probe * 4 : Math.ceil((probe * bytesMax * 0.997) / bytes.length);
    } else {
      tooMany = probe;
      const middle = (best.count + tooMany) >> 1;
      probe = bytes === undefined ? middle : Math.max(middle, Math.floor((probe * bytesMax * 0.997) / bytes.length));
    }
  }
  return best;
};

/** One message alone is always a segment. */
const encodeOne = (start: number, list: MessageList): Uint8Array => {
  const bytes = encodeSegment(start, list);
  if (bytes === undefined) throw new MailyardError('internal', `${list.uids.length} messages are not one segment`);
  return bytes;
};
