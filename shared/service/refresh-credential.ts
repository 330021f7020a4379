/** New tokens for an account whose access token is over: stored before they are used. For whoever holds the lease. */
import { MailyardError } from '../errors.ts';
import { refreshTokens } from '../oauth/client.ts';
import { type Account, readAccount, replaceCredential } from '../store/accounts.ts';
import type { AccountRef } from '../store/head.ts';
import type { Credential, OAuthCredential } from '../vault/credential.ts';
import type { FreshCredentialDeps } from './fresh-credential.ts';
import { oauthDeps, providerOf } from './oauth-deps.ts';

/** Throws `oauth.reconnect`, `oauth.unreachable`. */
export const refreshCredential = async (
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
