/**
 * A credential that opens the mailbox now: where an access token is over, it is refreshed, under the account's lease, so that a
 * refresh token that may be used once is used once. The new tokens are stored before they are used.
 */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { refreshTokens } from '../oauth/client.ts';
import { type Account, readAccount, replaceCredential } from '../store/accounts.ts';
import type { AccountRef } from '../store/head.ts';
import { commitHead, released, takeLease } from '../store/lease.ts';
import type { Credential, OAuthCredential } from '../vault/credential.ts';
import { leaseLost } from './lease-lost.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { oauthDeps, providerOf } from './oauth-deps.ts';

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
    return await refresh(deps, ref, account, stored);
  } finally {
    await commitHead(deps.table, lease, released(lease));
  }
};

const isGood = ({ now }: FreshCredentialDeps, credential: Credential, rejected: string | undefined): boolean =>
  credential.kind === 'password' ||
  (credential.accessToken !== rejected && credential.expiresAt - LIMITS.tokenMarginSeconds > now() / 1_000);

const refresh = async (
  deps: FreshCredentialDeps,
  ref: AccountRef,
  account: Account,
  old: OAuthCredential,
): Promise<Credential> => {
  const tokens = await refreshTokens(oauthDeps(deps), await providerOf(deps, old.provider), old.refreshToken);
  const credential: OAuthCredential = { ...old, ...tokens };
  if (await replaceCredential(deps.table, account, await deps.vault.seal(credential, ref))) return credential;
  // Its owner signed in again in this moment: theirs is the one.
  const theirs = await readAccount(deps.table, ref.tenant, ref.accountId);
  if (theirs === undefined) throw new MailyardError('not-found', 'there is no such account');
  return await deps.vault.open(theirs.credential, ref);
};
