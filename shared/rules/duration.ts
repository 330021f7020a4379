/** Durations as ISO 8601 writes them (RFC 3339 appendix A), of fixed length: weeks, days (24 hours), hours, minutes, seconds. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';

/** Milliseconds; undefined for what is no such duration. Months and years have no fixed length. */
export const durationMs = (text: string): number | undefined => {
  const match = /^P(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/.exec(text);
  if (match === null || text === 'P') return undefined;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const total = (((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0);
  return (total * 60 + (seconds ?? 0)) * 1_000;
};

export const durationSchema = z
  .string('must be a duration such as P14D or PT12H')
  .refine(
    (text) => durationMs(text) !== undefined,
    'must be a duration such as P14D (days), P2W (weeks) or PT12H (hours)',
  )
  .refine((text) => (durationMs(text) ?? 1) > 0, 'must be longer than nothing')
  .refine(
    (text) => (durationMs(text) ?? 0) <= LIMITS.durationDaysMax * 86_400_000,
    `must be at most ${LIMITS.durationDaysMax} days`,
  );
