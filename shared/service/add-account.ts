/** Adds an account once its mail server has let us in. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Account, type AccountSettings, listAccounts, putNewAccount, readAccount } from '../store/accounts.ts';
import { createHead, deleteHead, readHead } from '../store/head.ts';
import { isConditionFailed } from '../store/table.ts';
import { groupOf } from '../sync/schedule.ts';
import type { Credential } from '../vault/credential.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { type AccountSummary, summaryOf } from './manage-accounts.ts';
import { requireInterval } from './require-interval.ts';
import { testConnection } from './test-connection.ts';

/** Without an interval it is checked as often as is usual in the deployment. */
export type WantedSettings = Omit<AccountSettings, 'pollSeconds'> & { readonly pollSeconds?: number | undefined };

export type NewAccount = {
  readonly tenant: string;
  /** The request's: one of that id was added by the same request before. */
  readonly id: string;
  readonly settings: WantedSettings;
  readonly password: string;
};

/**
 * The head is written last: the dispatcher finds accounts by their heads, so that a creation that is cut off leaves at most
 * an account that nobody looks at (`incomplete`), and never one that is looked at without settings.
 * Throws `limit.accounts`, `validation.failed`, `imap.*` with the field to look at.
 */
export const addAccount = async (deps: MailboxDeps, { password, ...added }: NewAccount): Promise<AccountSummary> =>
  await addAccountWith(deps, { ...added, credential: { kind: 'password', password } });

/** The same with a credential of any kind. */
export const addAccountWith = async (
  deps: MailboxDeps,
  { tenant, id, settings, credential }: Omit<NewAccount, 'password'> & { readonly credential: Credential },
): Promise<AccountSummary> => {
  const accounts = await listAccounts(deps.table, tenant);
  const known = accounts.find((account) => account.id === id);
  if (known !== undefined) return await finish(deps, known);
  if (accounts.length >= LIMITS.accountsMax) {
    throw new MailyardError('limit.accounts', `there may be ${LIMITS.accountsMax} accounts; delete one first`);
  }
  const pollSeconds = requireInterval(deps.schedule, settings.pollSeconds);
  await testConnection(deps, settings, credential);
  const now = deps.now();
  const account: Account = {
    ...settings,
    pollSeconds,
    tenant,
    id,
    credential: await deps.sealer.seal(credential, { tenant, accountId: id }),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
  if (await putNewAccount(deps.table, account)) return await finish(deps, account);
  const theirs = await readAccount(deps.table, tenant, id);
  if (theirs === undefined) throw new MailyardError('conflict', 'the account was deleted meanwhile');
  return await finish(deps, theirs);
};

/** Makes the head where it is missing, then looks whether the account was deleted in between: no head may outlive it. */
const finish = async (deps: MailboxDeps, account: Account): Promise<AccountSummary> => {
  const { table, schedule } = deps;
  const ref = { tenant: account.tenant, accountId: account.id };
  const before = await readHead(table, ref);
  if (before !== undefined) return summaryOf(account, before);
  await createHead(table, ref, groupOf(schedule, account)).catch((error: unknown) => {
    if (!isConditionFailed(error)) throw error;
  });
  if ((await readAccount(table, account.tenant, account.id)) === undefined) {
    await deleteHead(table, ref);
    throw new MailyardError('conflict', 'the account was deleted meanwhile');
  }
  return summaryOf(account, await readHead(table, ref));
};
