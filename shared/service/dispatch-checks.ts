/** Once a minute: finds the accounts whose poll group is due and hands them out in batches. */
import { LIMITS } from '../limits.ts';
import { dueWakes } from '../store/deliveries.ts';
import { type AccountRef, dueAccounts } from '../store/head.ts';
import { dueTombstones } from '../store/tombstones.ts';
import { duePollGroups } from '../sync/due.ts';
import type { BaseDeps, CheckMessage } from './deps.ts';
import { watchGroup } from './watch-group.ts';

export type DispatchDeps = Pick<BaseDeps, 'table' | 'sendChecks' | 'log'>;

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

/** `tickSeconds`: the minute this is for, whose groups are due. */
export const dispatchChecks = async (
  deps: DispatchDeps,
  tickSeconds: number,
  groups: readonly string[] = duePollGroups(tickSeconds, LIMITS),
): Promise<Dispatched> => {
  let accounts = 0;
  let [stale, unreachable, oldestSeconds] = [0, 0, 0];
  for (const pollGroup of groups) {
    const refs = await dueAccounts(deps.table, pollGroup);
    const pollSeconds = Number(pollGroup.split('#')[0]);
    const messages = batchesOf(refs).map(
      (some, n): CheckMessage => ({ accounts: some, tickSeconds, pollSeconds, batch: { pollGroup, n } }),
    );
    if (messages.length > 0) await deps.sendChecks(messages);
    accounts += refs.length;
    const watched = await tellStale(deps, { pollGroup, pollSeconds, tickSeconds }, refs);
    stale += watched.stale;
    oldestSeconds = Math.max(oldestSeconds, watched.oldestSeconds);
    unreachable += watched.unreachable;
  }
  await dispatchDeleted(deps, tickSeconds).catch((error: unknown) => {
    deps.log.error('dispatch.deleted-not-sent', {}, error);
  });
  await dispatchDeliveries(deps, tickSeconds).catch((error: unknown) => {
    deps.log.error('dispatch.deliveries-not-sent', {}, error);
  });
  deps.log.info('dispatch.done', { accounts, stale, unreachable, oldestSeconds, tickSeconds });
  return { accounts, stale, unreachable, oldestSeconds };
};

/** Watching holds up no check: they are on their way already. */
const tellStale = async (
  deps: DispatchDeps,
  group: { readonly pollGroup: string; readonly pollSeconds: number; readonly tickSeconds: number },
  refs: readonly AccountRef[],
): Promise<Omit<Dispatched, 'accounts'>> => {
  try {
    const { toTell, ...watched } = await watchGroup(deps.table, group, refs);
    const { tickSeconds, pollSeconds } = group;
    const messages = batchesOf(toTell).map(
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

const batchesOf = (refs: readonly AccountRef[]): AccountRef[][] => {
  const batches: AccountRef[][] = [];
  for (let from = 0; from < refs.length; from += LIMITS.accountsPerCheckMax) {
    batches.push(refs.slice(from, from + LIMITS.accountsPerCheckMax));
  }
  return batches;
};

/** Webhooks that are to be tried again; handed out at each tick until who delivers has taken away the time that was set. */
const dispatchDeliveries = async ({ table, sendChecks }: DispatchDeps, tickSeconds: number): Promise<void> => {
  const deliver = await dueWakes(table, tickSeconds, LIMITS.wakesPerTickMax);
  if (deliver.length > 0) await sendChecks([{ accounts: [], tickSeconds, pollSeconds: 60, deliver }]);
};

/** Deleted accounts whose second clearing is due. One that is handed out twice is cleared twice, which comes to the same. */
const dispatchDeleted = async ({ table, sendChecks }: DispatchDeps, tickSeconds: number): Promise<void> => {
  const refs = await dueTombstones(table, tickSeconds, LIMITS.tombstonesPerTickMax);
  const messages = batchesOf(refs).map(
    (accounts): CheckMessage => ({ accounts, tickSeconds, pollSeconds: 60, deleted: true }),
  );
  if (messages.length > 0) await sendChecks(messages);
};
