/** Which accounts of a poll group have gone without a check for too long: asked by whoever hands them out. */
import { LIMITS } from '../limits.ts';
import type { AccountRef } from '../store/head.ts';
import { awaitedName, deleteHeartbeat, putAwaited, readAwaited, readHeartbeats } from '../store/heartbeats.ts';
import type { Table } from '../store/table.ts';
import { intervalsMissed, isServersFault, isTimeToTell, overdueSeconds, standingsIn } from '../sync/heartbeat.ts';

export type Watched = {
  /** No check comes to them. */
  readonly stale: number;
  /** For how long the account has been due that waits longest for a check to come to it. */
  readonly oldestSeconds: number;
  /** Checks do, and their own mail servers let none through for as long. */
  readonly unreachable: number;
  /** Of them whose owners are to hear of it now. */
  readonly toTell: readonly AccountRef[];
};

type Group = {
  readonly pollGroup: string;
  readonly pollSeconds: number;
  readonly tickSeconds: number;
  readonly accountsPerCheck: number;
};

/** `refs`: all accounts of the group, which are due in the minute of `tickSeconds`. */
export const watchGroup = async (
  table: Table,
  { pollGroup, pollSeconds, tickSeconds, accountsPerCheck }: Group,
  refs: readonly AccountRef[],
): Promise<Watched> => {
  const batches = Math.ceil(refs.length / accountsPerCheck);
  const heartbeats = await readHeartbeats(table, pollGroup);
  for (const { n } of heartbeats) if (n >= batches) await deleteHeartbeat(table, { pollGroup, n });
  const standing = standingsIn(heartbeats.filter(({ n }) => n < batches));
  const unseen = refs.filter((ref) => standing(ref) === undefined);
  const awaited = await keepAwaited(table, pollGroup, unseen, tickSeconds);
  let [stale, unreachable, oldestSeconds] = [0, 0, 0];
  const tried = { nowSeconds: tickSeconds, withinSeconds: LIMITS.staleIntervals * pollSeconds };
  const toTell: AccountRef[] = [];
  for (const ref of refs) {
    const known = standing(ref);
    const waitingSince = awaited.get(awaitedName(ref)) ?? tickSeconds;
    const waiting = { waitingSince, pollSeconds, nowSeconds: tickSeconds };
    const missed = intervalsMissed(known, waiting);
    const isStale = missed >= LIMITS.staleIntervals;
    if (known !== undefined && isServersFault(known, tried)) unreachable += isStale ? 1 : 0;
    else {
      stale += isStale ? 1 : 0;
      oldestSeconds = Math.max(oldestSeconds, overdueSeconds(known, waiting));
    }
    if (isTimeToTell(missed, LIMITS.staleIntervals)) toTell.push(ref);
  }
  return { stale, unreachable, oldestSeconds, toTell };
};

/** Since when accounts wait for their first check; written when an account is added or was checked first, and not else. */
const keepAwaited = async (
  table: Table,
  pollGroup: string,
  unseen: readonly AccountRef[],
  tickSeconds: number,
): Promise<ReadonlyMap<string, number>> => {
  const before = await readAwaited(table, pollGroup);
  const names = unseen.slice(0, LIMITS.awaitedAccountsMax).map(awaitedName);
  const since = Object.fromEntries(names.map((name) => [name, before[name] ?? tickSeconds]));
  const isSame = names.length === Object.keys(before).length && names.every((name) => name in before);
  if (!isSame) await putAwaited(table, pollGroup, since);
  return new Map(Object.entries(since));
};
