/** Which accounts a tick is for. Accounts that are checked as often form groups, by a hash of their id: `300#2`. */
import { createHash } from 'node:crypto';

const TICK_SECONDS = 60;

export type PollOptions = {
  /** Whole minutes. */
  readonly pollSecondsAllowed: readonly number[];
  readonly pollShards: number;
};

type DueOptions = PollOptions & {
  /** Accounts may still be in shards up to this from times when there were more; those come in their turn, too. */
  readonly pollShardsMax: number;
};

/** The groups due in the minute of `tickSeconds` (since 1970). Each comes once per interval, its shards spread over it. */
export const duePollGroups = (
  tickSeconds: number,
  { pollSecondsAllowed, pollShards, pollShardsMax }: DueOptions,
): string[] => {
  const minute = Math.floor(tickSeconds / TICK_SECONDS);
  return pollSecondsAllowed.flatMap((pollSeconds) => {
    const minutes = pollSeconds / TICK_SECONDS;
    return Array.from({ length: Math.max(pollShards, pollShardsMax) }, (_, shard) => shard)
      .filter((shard) => minute % minutes === Math.floor((shard * minutes) / pollShards) % minutes)
      .map((shard) => groupName(pollSeconds, shard));
  });
};

/** The tick after `seconds` (since 1970) that a group's turn comes with. */
export const nextDueSeconds = (pollGroup: string, seconds: number, options: DueOptions): number => {
  const from = Math.floor(seconds / TICK_SECONDS) + 1;
  const last = from + secondsOf(pollGroup) / TICK_SECONDS;
  for (let minute = from; minute < last; minute += 1) {
    if (duePollGroups(minute * TICK_SECONDS, options).includes(pollGroup)) return minute * TICK_SECONDS;
  }
  return last * TICK_SECONDS;
};

/** Every group there is: what a timer asks for that checks all accounts at every tick. */
export const allPollGroups = ({ pollSecondsAllowed, pollShards }: PollOptions): string[] =>
  pollSecondsAllowed.flatMap((pollSeconds) =>
    Array.from({ length: pollShards }, (_, shard) => groupName(pollSeconds, shard)),
  );

/** An account keeps its shard when its interval changes. */
export const pollGroupOf = (accountId: string, pollSeconds: number, pollShards: number): string => {
  const hash = createHash('sha256').update(accountId).digest().readUInt32BE(0);
  return groupName(pollSeconds, hash % pollShards);
};

/** How often the accounts of a group are checked, in seconds. */
export const secondsOf = (pollGroup: string): number => Number(pollGroup.split('#')[0]);

export const shardOf = (pollGroup: string): number => Number(pollGroup.split('#')[1]);

/**
 * How often to look at an account in which nothing has changed for `quietSeconds`: the next longer interval for each of the
 * bounds it is past, from what its owner asked for. Timers are not to be late, so that who has one set stays as it is.
 */
export const adaptedSeconds = (
  pollSeconds: number,
  quietSeconds: number,
  { pollSecondsAllowed, slowerAfterSeconds }: Pick<PollOptions, 'pollSecondsAllowed'> & SlowerOptions,
): number => {
  const slower = pollSecondsAllowed.filter((seconds) => seconds > pollSeconds).sort((a, b) => a - b);
  const steps = slowerAfterSeconds.filter((bound) => quietSeconds >= bound).length;
  return steps === 0 ? pollSeconds : (slower[Math.min(steps, slower.length) - 1] ?? pollSeconds);
};

type SlowerOptions = { readonly slowerAfterSeconds: readonly number[] };

/** Whether a check asked for at `tickSeconds` is older than its interval: the next one has been asked for since. */
export const isStale = (tickSeconds: number, pollSeconds: number, nowSeconds: number): boolean =>
  nowSeconds - tickSeconds > pollSeconds;

const groupName = (pollSeconds: number, shard: number): string => `${pollSeconds}#${shard}`;
