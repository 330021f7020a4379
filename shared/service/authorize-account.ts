/** Begins a sign-in at a provider: for an account to be added, or for one whose token is taken no more. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { beginAuthorization } from '../oauth/client.ts';
import type { OAuthProvider } from '../oauth/provider.ts';
import { putAuthorization } from '../store/authorizations.ts';
import type { WantedSettings } from './add-account.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { requireAccount } from './manage-accounts.ts';
import { oauthDeps, providerOf } from './oauth-deps.ts';
import { requireInterval } from './require-interval.ts';

/** Where the mail is, the provider knows. */
export type OAuthSettings = Omit<WantedSettings, 'host' | 'port' | 'tls' | 'ca' | 'pin'>;

export type AuthorizeAccount = {
  readonly tenant: string;
  readonly provider: string;
  /** One of those that the operator registered with the provider. */
  readonly redirectUri: string;
  readonly target: { readonly accountId: string } | { readonly settings: OAuthSettings };
};

export type Authorization = {
  /** To be opened in a browser. */
  readonly authorizationUrl: string;
  /** Comes back with the code; good once. */
  readonly state: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
};

/** Throws `oauth.not-configured`, `oauth.unreachable`, `validation.failed`, `not-found`. */
export const authorizeAccount = async (deps: MailboxDeps, input: AuthorizeAccount): Promise<Authorization> => {
  const { tenant, redirectUri, target } = input;
  const provider = await providerOf(deps, input.provider);
  if (!provider.redirectUris.includes(redirectUri)) {
    throw new MailyardError('validation.failed', 'the redirect address is not registered', {
      fields: [{ pointer: '/redirectUri', detail: `must be one of ${provider.redirectUris.join(', ')}` }],
    });
  }
  const known = 'accountId' in target ? await requireAccount(deps, { tenant, id: target.accountId }) : undefined;
  const settings =
    'settings' in target
      ? {
          ...target.settings,
          ...serverOf(provider),
          pollSeconds: requireInterval(deps.schedule, target.settings.pollSeconds),
        }
      : undefined;
  const accountId = known?.id ?? deps.newId();
  const loginHint = 'settings' in target ? target.settings.user : (known?.user ?? '');
  const { url, state, codeVerifier } = await beginAuthorization(oauthDeps(deps), provider, { redirectUri, loginHint });
  const expiresAt = Math.floor(deps.now() / 1_000) + LIMITS.authorizationSeconds;
  await putAuthorization(deps.table, {
    tenant,
    state,
    provider: provider.id,
    redirectUri,
    accountId,
    sealedVerifier: await deps.sealer.seal({ codeVerifier }, { tenant, accountId, purpose: 'authorization' }),
    ...(settings === undefined ? {} : { settings }),
    expiresAt,
  });
  return { authorizationUrl: url, state, expiresAt: expiresAt * 1_000 };
};

const serverOf = ({ server: { host, port, tls, ca } }: OAuthProvider) => ({
  host,
  port,
  tls,
  ...(ca === undefined ? {} : { ca }),
});
