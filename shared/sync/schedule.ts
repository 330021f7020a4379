/** How often accounts are checked and how they are handed out: what a deployment may choose, and what follows for an account. */
import { LIMITS } from '../limits.ts';
import { pollGroupOf } from './due.ts';

export type Schedule = {
  /** What accounts may be checked at, in seconds: some of LIMITS.pollSecondsAllowed, in order. */
  readonly pollSecondsAllowed: readonly number[];
  /** Where an account asks for nothing; one of those. */
  readonly pollSecondsDefault: number;
  /** Into how many groups the accounts of an interval are parted, up to LIMITS.pollShardsMax. */
  readonly pollShards: number;
  /** Accounts in one message, and so in one invocation, up to LIMITS.accountsPerCheckMax. */
  readonly accountsPerCheck: number;
};

export const USUAL_SCHEDULE: Schedule = {
  pollSecondsAllowed: LIMITS.pollSecondsAllowed,
  pollSecondsDefault: LIMITS.pollSecondsDefault,
  pollShards: LIMITS.pollShards,
  accountsPerCheck: LIMITS.accountsPerCheckMax,
};

/** As the stack wrote it for its functions; the usual one where it wrote none. */
export const readSchedule = (json: string | undefined): Schedule =>
  json === undefined || json === '' ? USUAL_SCHEDULE : (JSON.parse(json) as Schedule);

/** What an account is checked at: an interval that is offered no more gives way to the next longer one, or the longest there is. */
export const offeredSeconds = (
  pollSeconds: number,
  { pollSecondsAllowed }: Pick<Schedule, 'pollSecondsAllowed'>,
): number => pollSecondsAllowed.find((offered) => offered >= pollSeconds) ?? pollSecondsAllowed.at(-1) ?? pollSeconds;

/** Where an account belongs that was changed of late. */
export const groupOf = (
  schedule: Schedule,
  { id, pollSeconds }: { readonly id: string; readonly pollSeconds: number },
): string => pollGroupOf(id, offeredSeconds(pollSeconds, schedule), schedule.pollShards);
