/** The id of a run: its time, then the epoch that makes it one of its kind, so that the journal is in order of time. */

/** `now` in milliseconds since 1970. */
export const runIdOf = (now: number, epoch: number): string => `${timeIn(now)}-${epoch.toString(36)}`;

/** Sorts right before the ids of all runs since then. */
export const beforeRunsSince = (time: number): string => timeIn(time);

const timeIn = (time: number): string => time.toString(36).padStart(9, '0');
