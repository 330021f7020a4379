/**
 * Events put on the deployment's EventBridge bus. It takes each for itself and says which it did not take: those are put again, and
 * what is still refused then is left to the next attempt of its webhook. `id` in the detail is the event's, the same each time.
 */
import { LIMITS } from '../../limits.ts';
import type { BusEntry, PutEvents } from '../mailbox-deps.ts';
import { bodyOfEvent, type ToldEvent } from './body.ts';
import type { Content } from './content.ts';
import type { Progress } from './destination.ts';

/** PutEvents takes no more at once. */
export const BUS_ENTRIES_MAX = 10;

/** With as much of what is in the messages as one entry has room for: all, else without their text, else nothing. */
export const entryOf = (event: ToldEvent, content: ReadonlyMap<number, Content>): BusEntry => {
  const withoutText = new Map([...content].map(([uid, { text: _text, ...rest }]) => [uid, rest] as const));
  const entryWith = (known: ReadonlyMap<number, Content>): BusEntry => ({
    type: event.type,
    at: event.at,
    detail: bodyOfEvent(event, known),
  });
  const fitting = [content, withoutText].map(entryWith).find((entry) => bytesOf(entry) <= LIMITS.busRequestBytesMax);
  return fitting ?? entryWith(new Map());
};

/** As EventBridge counts: 14 bytes for the time, and the texts in UTF-8. Its source and name are ours and short. */
const bytesOf = ({ type, detail }: BusEntry): number =>
  14 + SOURCE_BYTES_MAX + Buffer.byteLength(type) + Buffer.byteLength(detail);
const SOURCE_BYTES_MAX = 64;

/** In order, each request as full as it may be. */
export const requestsOf = (entries: readonly BusEntry[]): BusEntry[][] => {
  const requests: BusEntry[][] = [];
  let [current, bytes]: [BusEntry[], number] = [[], 0];
  for (const entry of entries) {
    const size = bytesOf(entry);
    if (current.length > 0 && (current.length >= BUS_ENTRIES_MAX || bytes + size > LIMITS.busRequestBytesMax)) {
      requests.push(current);
      [current, bytes] = [[], 0];
    }
    current.push(entry);
    bytes += size;
  }
  return current.length === 0 ? requests : [...requests, current];
};

/** Never throws. Where one is not taken those after it may have been: they go again, under the same id. */
export const putOnBus = async (putEvents: PutEvents, entries: readonly BusEntry[]): Promise<Progress> => {
  let taken = 0;
  for (const request of requestsOf(entries)) {
    const failed = await putRequest(putEvents, request);
    if (failed !== undefined) {
      return { taken: taken + failed.at, failure: { delivered: false, reason: `bus-${failed.code}` } };
    }
    taken += request.length;
  }
  return { taken };
};

/** The first entry that was not taken after all attempts, and why. */
const putRequest = async (
  putEvents: PutEvents,
  request: readonly BusEntry[],
): Promise<{ readonly at: number; readonly code: string } | undefined> => {
  let waiting = request.map((entry, at) => ({ entry, at, code: '' }));
  try {
    for (let attempt = 0; attempt < LIMITS.busAttemptsMax && waiting.length > 0; attempt += 1) {
      const codes = await putEvents(waiting.map(({ entry }) => entry));
      waiting = waiting.flatMap((one, i) => {
        const code = codes[i];
        return code === undefined ? [] : [{ ...one, code }];
      });
    }
  } catch (error) {
    // Not one of them was looked at: no connection, or no permission.
    return { at: waiting[0]?.at ?? 0, code: error instanceof Error ? error.name : 'Error' };
  }
  return waiting[0];
};
