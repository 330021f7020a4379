/** How accounts are: what stands in their heads, what the last batches said of them, and when their next turn is. */
import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { REMEDIES } from '../remedies.ts';
import { type Account, pageOfAccounts } from '../store/accounts.ts';
import { type AccountRef, type Head, readHead, readHeads } from '../store/head.ts';
import { awaitedName, readAwaited, readHeartbeats } from '../store/heartbeats.ts';
import type { Table } from '../store/table.ts';
import { nextDueSeconds, secondsOf } from '../sync/due.ts';
import { intervalsMissed, type Standing, standingsIn } from '../sync/heartbeat.ts';
import { groupOf, type Schedule } from '../sync/schedule.ts';
import type { BaseDeps } from './deps.ts';
import { type AccountState, requireAccount, stateOf } from './manage-accounts.ts';

type Deps = Pick<BaseDeps, 'table' | 'now' | 'schedule'>;

/** Times in milliseconds since 1970. */
export type AccountHealth = {
  readonly accountId: string;
  /** `stale`: no check has reached it for three of its intervals. */
  readonly state: AccountState | 'stale';
  /** The last check that reached it; absent where there was none. */
  readonly lastCheckedAt?: number;
  readonly lagSeconds?: number;
  /** Absent where none is coming. */
  readonly nextCheckAt?: number;
  readonly throttledUntil?: number;
  /** Why the checks since then did not reach it: an error code, or what stood in the way. */
  readonly notReached?: { readonly reason: string; readonly since: number };
  readonly failure?: {
    readonly code: ErrorCode;
    readonly title: string;
    readonly remedy: string;
    readonly at: number;
    readonly count: number;
  };
};

/** Throws `not-found`. */
export const getHealth = async (
  { table, now, schedule }: Deps,
  { tenant, accountId }: { readonly tenant: string; readonly accountId: string },
): Promise<AccountHealth> => {
  const ref = { tenant, accountId };
  const [account, head] = await Promise.all([
    requireAccount({ table }, { tenant, id: accountId }),
    readHead(table, ref),
  ]);
  const watch = await readWatch(table, [head?.pollGroup]);
  return healthOf(account, head, watch(ref, head), { nowSeconds: Math.floor(now() / 1_000), schedule });
};

/** In order of id; `next` is the id to go on after. */
export const listHealthPage = async (
  { table, now, schedule }: Deps,
  { tenant, ...options }: { readonly tenant: string; readonly limit: number; readonly after?: string },
): Promise<{ health: readonly AccountHealth[]; next?: string }> => {
  const { accounts, more } = await pageOfAccounts(table, tenant, options);
  const refs = accounts.map(({ id }) => ({ tenant, accountId: id }));
  const heads = await readHeads(table, refs);
  const watch = await readWatch(
    table,
    accounts.map(({ id }) => heads.get(id)?.pollGroup),
  );
  const nowSeconds = Math.floor(now() / 1_000);
  const last = accounts.at(-1);
  return {
    health: accounts.map((account) => {
      const head = heads.get(account.id);
      return healthOf(account, head, watch({ tenant, accountId: account.id }, head), { nowSeconds, schedule });
    }),
    ...(more && last !== undefined ? { next: last.id } : {}),
  };
};

/** `waitingSince`: handed out since then, and not checked once. */
export type Watch = { readonly standing?: Standing; readonly waitingSince?: number };

/** What was written down of the accounts of some poll groups. */
export const readWatch = async (
  table: Table,
  pollGroups: readonly (string | undefined)[],
): Promise<(ref: AccountRef, head: Head | undefined) => Watch> => {
  const named = [...new Set(pollGroups)].filter((group) => group !== undefined);
  const read = await Promise.all(
    named.map(async (group) => {
      const [heartbeats, awaited] = await Promise.all([readHeartbeats(table, group), readAwaited(table, group)]);
      return [group, { standing: standingsIn(heartbeats), awaited }] as const;
    }),
  );
  const groups = new Map(read);
  return (ref, head) => {
    const group = head?.pollGroup === undefined ? undefined : groups.get(head.pollGroup);
    const standing = group?.standing(ref);
    const waitingSince = group?.awaited[awaitedName(ref)];
    return { ...(standing === undefined ? {} : { standing }), ...(waitingSince === undefined ? {} : { waitingSince }) };
  };
};

/** Whether no check has reached an account that is polled for three of its intervals. */
export const isStaleAccount = (
  { standing, waitingSince }: Watch,
  { pollSeconds, nowSeconds }: { readonly pollSeconds: number; readonly nowSeconds: number },
): boolean =>
  intervalsMissed(standing, { waitingSince: waitingSince ?? nowSeconds, pollSeconds, nowSeconds }) >=
  LIMITS.staleIntervals;

export const healthOf = (
  account: Account,
  head: Head | undefined,
  watch: Watch,
  { nowSeconds, schedule }: { readonly nowSeconds: number; readonly schedule: Schedule },
): AccountHealth => {
  const known = stateOf(head);
  const { failure, lastChangedAt = 0, firstSyncAt = 0 } = head ?? {};
  const { standing } = watch;
  const isPolled = known === 'active';
  const pollGroup = head?.pollGroup ?? groupOf(schedule, account);
  const pollSeconds = secondsOf(pollGroup);
  const isStale = isPolled && isStaleAccount(watch, { pollSeconds, nowSeconds });
  const until = (failure?.until ?? 0) > nowSeconds ? failure?.until : undefined;
  const checked = Math.max(lastChangedAt, firstSyncAt, standing?.lastCheckedAt ?? 0);
  const next = isPolled
    ? nextDueSeconds(pollGroup, Math.max(nowSeconds, until ?? 0), { ...LIMITS, pollShards: schedule.pollShards })
    : undefined;
  const notReached = isPolled ? standing?.unreached : undefined;
  return {
    accountId: account.id,
    state: isStale ? 'stale' : known,
    ...(checked === 0 ? {} : { lastCheckedAt: checked * 1_000, lagSeconds: Math.max(0, nowSeconds - checked) }),
    ...(next === undefined ? {} : { nextCheckAt: next * 1_000 }),
    ...(until === undefined ? {} : { throttledUntil: until * 1_000 }),
    ...(notReached === undefined ? {} : { notReached: { reason: notReached.reason, since: notReached.since * 1_000 } }),
    ...(failure === undefined ? {} : { failure: toldFailure(failure) }),
  };
};

const toldFailure = ({ code, at, count }: NonNullable<Head['failure']>): NonNullable<AccountHealth['failure']> => ({
  code,
  title: ERROR_CODES[code].title,
  remedy: REMEDIES[code],
  at: at * 1_000,
  count,
});
