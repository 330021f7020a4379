/**
 * A credential that opens the mailbox now: where an access token is over, it is refreshed, under the account's lease, so that a
 * refresh token that may be used once is used once. The new tokens are stored before they are used.
 */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { readAccount } from '../store/accounts.ts';
import type { AccountRef } from '../store/head.ts';
import { commitHead, released, takeLease } from '../store/lease.ts';
import type { Credential } from '../vault/credential.ts';
import { leaseLost } from './lease-lost.ts';
import type { MailboxDeps } from './mailbox-deps.ts';

export type FreshCredentialDeps = Pick<MailboxDeps, 'table' | 'vault' | 'egress' | 'now' | 'providers'>;

/**
 * `rejected` is an access token that the mail server refused before its time. Throws `lease.lost` while another worker holds
 * the account, `oauth.reconnect`, `oauth.unreachable`.
 */
export const freshCredential = async (
  deps: FreshCredentialDeps,
  ref: AccountRef,
  known: Credential,
  rejected?: string,
): Promise<Credential> => {
  if (isGood(deps, known, rejected)) return known;
  const lease = await takeLease(deps.table, ref, Math.floor(deps.now() / 1_000), LIMITS.refreshLeaseSeconds);
  if (lease === undefined) throw leaseLost();
  try {
    const account = await readAccount(deps.table, ref.tenant, ref.accountId);
    if (account === undefined) throw new MailyardError('not-found', 'there is no such account');
    const stored = await deps.vault.open(account.credential, ref);
    // Another sandbox was here before us.
    if (isGood(deps, stored, rejected) || stored.kind !== 'oauth') return stored;
    // Only some accounts sign in with tokens, and those last for an hour.
    const { refreshCredential } = await import('./refresh-credential.ts');
    return await refreshCredential(deps, ref, account, stored);
  } finally {
    await commitHead(deps.table, lease, released(lease));
  }
};

const isGood = ({ now }: FreshCredentialDeps, credential: Credential, rejected: string | undefined): boolean =>
  credential.kind === 'password' ||
  (credential.accessToken !== rejected && credential.expiresAt - LIMITS.tokenMarginSeconds > now() / 1_000);
