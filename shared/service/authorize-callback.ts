/** The person came back from the provider: the code becomes tokens, the tokens a login that works, the login an account. */
import { MailyardError } from '../errors.ts';
import { exchangeCode } from '../oauth/client.ts';
import type { OAuthProvider } from '../oauth/provider.ts';
import { readAccount, replaceAccount } from '../store/accounts.ts';
import { takeAuthorization } from '../store/authorizations.ts';
import { raiseConfigVersion } from '../store/head.ts';
import type { OAuthCredential } from '../vault/credential.ts';
import { addAccountWith } from './add-account.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { type AccountSummary, getAccount } from './manage-accounts.ts';
import { oauthDeps, providerOf } from './oauth-deps.ts';
import { requestSync } from './request-sync.ts';
import { testConnection } from './test-connection.ts';

export type AuthorizationAnswer = {
  readonly tenant: string;
  /** The parameters of the redirect: `state` and `code`, or `error`, and `iss` (RFC 9207). */
  readonly parameters: Readonly<Record<string, string>> & { readonly state: string };
};

/** Throws `oauth.state` for a state that is not this tenant's, used or too old; `oauth.denied`, `oauth.unreachable`, `imap.*`. */
export const completeAuthorization = async (
  deps: MailboxDeps,
  { tenant, parameters }: AuthorizationAnswer,
): Promise<AccountSummary> => {
  const { state } = parameters;
  const pending = await takeAuthorization(deps.table, { tenant, state });
  if (pending === undefined || pending.expiresAt * 1_000 <= deps.now()) {
    throw new MailyardError('oauth.state', 'no such authorization is under way (any more); begin it again', {
      fields: [{ pointer: '/state', detail: 'is unknown, used or expired' }],
    });
  }
  const { accountId, settings, redirectUri } = pending;
  const provider = await providerOf(deps, pending.provider);
  const binding = { tenant, accountId, purpose: 'authorization' } as const;
  const { codeVerifier } = await deps.vault.open<{ codeVerifier: string }>(pending.sealedVerifier, binding);
  const answer = { parameters, state, redirectUri, codeVerifier };
  const credential = credentialOf(provider, await exchangeCode(oauthDeps(deps), provider, answer));
  if (settings !== undefined) return await addAccountWith(deps, { tenant, id: accountId, settings, credential });
  return await signInAgain(deps, { tenant, accountId }, credential);
};

const credentialOf = (
  { id }: OAuthProvider,
  { accessToken, expiresAt, refreshToken }: Awaited<ReturnType<typeof exchangeCode>>,
): OAuthCredential => {
  if (refreshToken === undefined) {
    const message = 'the provider gave no refresh token: offline access is not allowed, or was not consented to';
    throw new MailyardError('oauth.denied', message);
  }
  return { kind: 'oauth', provider: id, accessToken, expiresAt, refreshToken };
};

/** The mirror, the rules and the activity stay. */
const signInAgain = async (
  deps: MailboxDeps,
  ref: { readonly tenant: string; readonly accountId: string },
  credential: OAuthCredential,
): Promise<AccountSummary> => {
  const account = await readAccount(deps.table, ref.tenant, ref.accountId);
  if (account === undefined) throw new MailyardError('not-found', 'there is no such account');
  await testConnection(deps, account, credential);
  const sealed = await deps.sealer.seal(credential, ref);
  const changed = { ...account, credential: sealed, revision: account.revision + 1, updatedAt: deps.now() };
  if (!(await replaceAccount(deps.table, changed, { credential: 'new' }))) {
    throw new MailyardError('conflict', 'the account was changed meanwhile; begin the authorization again');
  }
  await raiseConfigVersion(deps.table, ref);
  await requestSync(deps, ref);
  return await getAccount(deps, { tenant: ref.tenant, id: ref.accountId });
};
