/** Once a minute: finds the accounts whose poll group is due and hands them out in batches. */
import { LIMITS } from '../limits.ts';
import { dueWakes } from '../store/deliveries.ts';
import { type AccountRef, dueAccounts } from '../store/head.ts';
import { claimTick } from '../store/ticks.ts';
import { dueTombstones } from '../store/tombstones.ts';
import { duePollGroups, secondsOf, shardOf } from '../sync/due.ts';
import { batchesOf, delayOf, inFairOrder } from '../sync/fair-batches.ts';
import type { BaseDeps, CheckMessage } from './deps.ts';
import { watchGroup } from './watch-group.ts';

export type DispatchDeps = Pick<BaseDeps, 'table' | 'sendChecks' | 'log' | 'schedule'>;

export type Dispatched = {
  /** How many accounts were handed out. */
  readonly accounts: number;
  /** How many of them no check has come to for three of their intervals. */
  readonly stale: number;
  /** For how long the one that waits longest has been due. */
  readonly oldestSeconds: number;
  /** How many their own mail servers have kept checks from for as long. */
  readonly unreachable: number;
};

/** `tickSeconds`: the minute this is for, whose groups are due. Done twice for the same minute, it sends once. */
export const dispatchChecks = async (
  deps: DispatchDeps,
  tickSeconds: number,
  groups: readonly string[] = duePollGroups(tickSeconds, { ...LIMITS, pollShards: deps.schedule.pollShards }),
): Promise<Dispatched> => {
  const dispatched = await Promise.all(groups.map((pollGroup) => dispatchGroup(deps, pollGroup, tickSeconds)));
  await dispatchDeleted(deps, tickSeconds).catch((error: unknown) => {
    deps.log.error('dispatch.deleted-not-sent', {}, error);
  });
  await dispatchDeliveries(deps, tickSeconds).catch((error: unknown) => {
    deps.log.error('dispatch.deliveries-not-sent', {}, error);
  });
  const sum = (of: (group: Dispatched) => number): number => dispatched.reduce((total, group) => total + of(group), 0);
  const all: Dispatched = {
    accounts: sum(({ accounts }) => accounts),
    stale: sum(({ stale }) => stale),
    unreachable: sum(({ unreachable }) => unreachable),
    oldestSeconds: Math.max(0, ...dispatched.map(({ oldestSeconds }) => oldestSeconds)),
  };
  deps.log.info('dispatch.done', { ...all, tickSeconds });
  const [failure] = dispatched.flatMap(({ error }) => (error === undefined ? [] : [error]));
  if (failure !== undefined) throw failure;
  return all;
};

export const NOTHING: Dispatched = { accounts: 0, stale: 0, unreachable: 0, oldestSeconds: 0 };

/** A group that cannot be handed out holds up no other; its error is thrown when all are through. */
const dispatchGroup = async (
  deps: DispatchDeps,
  pollGroup: string,
  tickSeconds: number,
): Promise<Dispatched & { readonly error?: unknown }> => {
  const { accountsPerCheck, pollShards } = deps.schedule;
  try {
    const refs = inFairOrder(await dueAccounts(deps.table, pollGroup));
    // What lies in a group that accounts have moved out of is taken away now and then.
    if (refs.length === 0 && shardOf(pollGroup) >= pollShards && !isSixtieth(pollGroup, tickSeconds)) return NOTHING;
    // Claimed before anything is sent: a tick that dies in between is made up for by the next, and one sent twice costs money.
    if (refs.length > 0 && !(await claimTick(deps.table, pollGroup, tickSeconds))) return NOTHING;
    const pollSeconds = secondsOf(pollGroup);
    const batches = batchesOf(refs, accountsPerCheck);
    const messages = batches.map((accounts, n): CheckMessage => {
      const delaySeconds = delayOf(n, batches.length, LIMITS.spreadSeconds);
      const batch = { pollGroup, n };
      return { accounts, tickSeconds, pollSeconds, batch, ...(delaySeconds === 0 ? {} : { delaySeconds }) };
    });
    if (messages.length > 0) await deps.sendChecks(messages);
    return { accounts: refs.length, ...(await tellStale(deps, { pollGroup, pollSeconds, tickSeconds }, refs)) };
  } catch (error) {
    return { ...NOTHING, error };
  }
};

const isSixtieth = (pollGroup: string, tickSeconds: number): boolean =>
  Math.floor(tickSeconds / secondsOf(pollGroup)) % 60 === 0;

/** Watching holds up no check: they are on their way already. */
const tellStale = async (
  deps: DispatchDeps,
  group: { readonly pollGroup: string; readonly pollSeconds: number; readonly tickSeconds: number },
  refs: readonly AccountRef[],
): Promise<Omit<Dispatched, 'accounts'>> => {
  try {
    const { toTell, ...watched } = await watchGroup(
      deps.table,
      { ...group, accountsPerCheck: deps.schedule.accountsPerCheck },
      refs,
    );
    const { tickSeconds, pollSeconds } = group;
    const messages = batchesOf(toTell, LIMITS.accountsPerCheckMax).map(
      (accounts): CheckMessage => ({ accounts, tickSeconds, pollSeconds, stale: true }),
    );
    if (messages.length > 0) await deps.sendChecks(messages);
    if (watched.stale > 0) deps.log.warn('dispatch.stale', { group: group.pollGroup, accounts: watched.stale });
    return watched;
  } catch (error) {
    deps.log.error('dispatch.not-watched', { group: group.pollGroup }, error);
    return { stale: 0, unreachable: 0, oldestSeconds: 0 };
  }
};

/** Webhooks that are to be tried again; handed out at each tick until who delivers has taken away the time that was set. */
const dispatchDeliveries = async ({ table, sendChecks }: DispatchDeps, tickSeconds: number): Promise<void> => {
  const deliver = await dueWakes(table, tickSeconds, LIMITS.wakesPerTickMax);
  if (deliver.length > 0) await sendChecks([{ accounts: [], tickSeconds, pollSeconds: 60, deliver }]);
};

/** Deleted accounts whose second clearing is due. One that is handed out twice is cleared twice, which comes to the same. */
const dispatchDeleted = async ({ table, sendChecks }: DispatchDeps, tickSeconds: number): Promise<void> => {
  const refs = await dueTombstones(table, tickSeconds, LIMITS.tombstonesPerTickMax);
  const messages = batchesOf(refs, LIMITS.accountsPerCheckMax).map(
    (accounts): CheckMessage => ({ accounts, tickSeconds, pollSeconds: 60, deleted: true }),
  );
  if (messages.length > 0) await sendChecks(messages);
};
