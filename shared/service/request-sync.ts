/** Asks for an account to be looked at now instead of at its next turn. */
import { MailyardError } from '../errors.ts';
import type { Account } from '../store/accounts.ts';
import { readHead } from '../store/head.ts';
import type { BaseDeps } from './deps.ts';
import { requireAccount } from './manage-accounts.ts';

/** When it was asked for, in milliseconds since 1970. Throws `not-found`, `conflict`, `account.paused`. */
export const requestSync = async (
  deps: Pick<BaseDeps, 'table' | 'now' | 'sendChecks'>,
  { tenant, accountId }: { readonly tenant: string; readonly accountId: string },
): Promise<number> => {
  const account = await requireAccount(deps, { tenant, id: accountId });
  const head = await readHead(deps.table, { tenant, accountId });
  if (head === undefined || head.state === 'deleting') {
    throw new MailyardError('conflict', 'the account is just being added or deleted');
  }
  if (head.paused === true) throw new MailyardError('account.paused', 'the account is paused; resume it first');
  const now = deps.now();
  await requestCheck(deps, account);
  return now;
};

/** Once the running one has let go of the account. */
export const requestCheck = async (
  { now, sendChecks }: Pick<BaseDeps, 'now' | 'sendChecks'>,
  { tenant, id: accountId, pollSeconds }: Pick<Account, 'tenant' | 'id' | 'pollSeconds'>,
  { long = false }: { readonly long?: boolean } = {},
): Promise<void> => {
  const tickSeconds = Math.floor(now() / 1_000);
  await sendChecks([
    { accounts: [{ tenant, accountId }], tickSeconds, pollSeconds, byHand: true, ...(long ? { long } : {}) },
  ]);
};
