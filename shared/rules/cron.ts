/** Times of a schedule in a time zone, by croner. */
import { Cron } from 'croner';

/**
 * The first time after `after` (milliseconds since 1970); undefined when none comes any more.
 * Where clocks go forward, a time in the gap becomes the first moment after it (02:30 is 03:00 that day). Where they go back,
 * a time named once comes once, at its first turn; what comes every so many minutes or hours comes in both.
 */
export const nextCronTime = (cron: string, timeZone: string, after: number): number | undefined =>
  new Cron(cron, { ...OPTIONS, timezone: timeZone }).nextRun(new Date(after))?.getTime();

/** Why a schedule cannot be kept; undefined when it can. */
export const cronProblem = (cron: string): string | undefined => {
  try {
    return nextCronTime(cron, 'UTC', START) === undefined ? 'never comes: there is no such day' : undefined;
  } catch {
    return 'must be a schedule of five fields such as 0 7 * * 1-5: minute, hour, day, month, weekday';
  }
};

export const isTimeZone = (name: string): boolean => {
  try {
    return /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name) && nextCronTime('0 0 * * *', name, START) !== undefined;
  } catch {
    return false;
  }
};

const OPTIONS = { mode: '5-part', paused: true } as const;

const START = Date.UTC(2024, 0, 1);
