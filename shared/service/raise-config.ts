/** Tells the workers of some accounts that settings or rules are others now. */
import { listAccounts } from '../store/accounts.ts';
import { raiseConfigVersion } from '../store/head.ts';
import type { BaseDeps } from './deps.ts';

const WRITES_AT_ONCE = 8;

/**
 * All of the tenant's accounts where `accountIds` is undefined. Every account is tried before the first failure is thrown;
 * one that is gone is none.
 */
export const raiseConfig = async (
  { table }: Pick<BaseDeps, 'table'>,
  tenant: string,
  accountIds: readonly string[] | undefined,
): Promise<void> => {
  const concerned = accountIds ?? (await listAccounts(table, tenant)).map(({ id }) => id);
  const failures: unknown[] = [];
  for (let from = 0; from < concerned.length; from += WRITES_AT_ONCE) {
    const some = concerned.slice(from, from + WRITES_AT_ONCE);
    const results = await Promise.allSettled(some.map((accountId) => raiseConfigVersion(table, { tenant, accountId })));
    for (const result of results) if (result.status === 'rejected') failures.push(result.reason);
  }
  if (failures.length > 0) throw failures[0];
};
