/** How an account is: what stands in its head, and when its next turn is. */
import { ERROR_CODES, type ErrorCode } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { REMEDIES } from '../remedies.ts';
import type { Account } from '../store/accounts.ts';
import { type Head, readHead } from '../store/head.ts';
import { nextDueSeconds } from '../sync/due.ts';
import type { BaseDeps } from './deps.ts';
import { type AccountState, requireAccount, stateOf } from './manage-accounts.ts';

/** Times in milliseconds since 1970. */
export type AccountHealth = {
  readonly accountId: string;
  readonly state: AccountState;
  /** A look that found nothing changed leaves no trace: it may have been looked at since. */
  readonly lastKnownCheckAt?: number;
  /** Absent where none is coming. */
  readonly nextCheckAt?: number;
  readonly throttledUntil?: number;
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
  { table, now }: Pick<BaseDeps, 'table' | 'now'>,
  { tenant, accountId }: { readonly tenant: string; readonly accountId: string },
): Promise<AccountHealth> => {
  const [account, head] = await Promise.all([
    requireAccount({ table }, { tenant, id: accountId }),
    readHead(table, { tenant, accountId }),
  ]);
  return healthOf(account, head, Math.floor(now() / 1_000));
};

export const healthOf = (account: Account, head: Head | undefined, nowSeconds: number): AccountHealth => {
  const state = stateOf(head);
  const { failure, lastChangedAt = 0, firstSyncAt = 0 } = head ?? {};
  const until = (failure?.until ?? 0) > nowSeconds ? failure?.until : undefined;
  const known = Math.max(lastChangedAt, firstSyncAt, failure?.at ?? 0);
  const next =
    state === 'active'
      ? nextDueSeconds(account.id, account.pollSeconds, Math.max(nowSeconds, until ?? 0), LIMITS)
      : undefined;
  return {
    accountId: account.id,
    state,
    ...(known === 0 ? {} : { lastKnownCheckAt: known * 1_000 }),
    ...(next === undefined ? {} : { nextCheckAt: next * 1_000 }),
    ...(until === undefined ? {} : { throttledUntil: until * 1_000 }),
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
