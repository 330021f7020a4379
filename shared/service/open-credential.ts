/** Opens an account's credential; one that lies under an older key of the deployment is sealed again under the newest. */
import { type Account, replaceCredential } from '../store/accounts.ts';
import type { Credential } from '../vault/credential.ts';
import type { MailboxDeps } from './mailbox-deps.ts';

/** Throws `vault.cannot-open`. */
export const openCredential = async (
  { table, vault }: Pick<MailboxDeps, 'table' | 'vault'>,
  account: Account,
): Promise<Credential> => {
  const binding = { tenant: account.tenant, accountId: account.id };
  const credential = await vault.open(account.credential, binding);
  if (!(await vault.isCurrent(account.credential))) {
    // Where it does not hold, somebody wrote a newer one, and that lies under the newest key.
    await replaceCredential(table, account, await vault.seal(credential, binding));
  }
  return credential;
};
