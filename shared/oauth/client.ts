/** The authorization code flow with PKCE and the refresh of tokens (RFC 6749, 7636, 9207). Of a provider's own words nothing is repeated. */
import * as oauth from 'oauth4webapi';
import type { GuardedFetch } from '../egress/guarded-fetch.ts';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { OAuthClient } from './provider.ts';

export type Tokens = {
  readonly accessToken: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** Absent where the one that was used goes on being good. */
  readonly refreshToken?: string;
};

/** What makes a request for it: the guarded fetch, and the clock in milliseconds since 1970. */
export type OAuthDeps = { readonly fetch: GuardedFetch; readonly now: () => number };

export type Authorization = { readonly url: string; readonly state: string; readonly codeVerifier: string };

/** Where a person signs in. `loginHint` is their address. Throws `oauth.unreachable`. */
export const beginAuthorization = async (
  deps: OAuthDeps,
  provider: OAuthClient,
  { redirectUri, loginHint }: { readonly redirectUri: string; readonly loginHint?: string },
): Promise<Authorization> => {
  const { authorization_endpoint } = await metadataOf(deps, provider);
  if (authorization_endpoint === undefined) throw unreachable(new Error('no authorization endpoint is told'));
  const [state, codeVerifier] = [oauth.generateRandomState(), oauth.generateRandomCodeVerifier()];
  const url = new URL(authorization_endpoint);
  const parameters = {
    ...provider.parameters,
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: provider.scopes.join(' '),
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, state, codeVerifier };
};

/** `parameters` are those of the redirect back. Throws `oauth.denied`, `oauth.unreachable`. */
export const exchangeCode = async (
  deps: OAuthDeps,
  provider: OAuthClient,
  answer: {
    readonly parameters: Readonly<Record<string, string>>;
    readonly state: string;
    readonly redirectUri: string;
    readonly codeVerifier: string;
  },
): Promise<Tokens> => {
  const server = await metadataOf(deps, provider);
  const client = { client_id: provider.clientId };
  return await asked('oauth.denied', async () => {
    const checked = oauth.validateAuthResponse(server, client, new URLSearchParams(answer.parameters), answer.state);
    const { redirectUri, codeVerifier } = answer;
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authOf(provider),
      checked,
      redirectUri,
      codeVerifier,
      fetchBy(deps),
    );
    return tokensOf(deps, await oauth.processAuthorizationCodeResponse(server, client, response));
  });
};

/** Throws `oauth.reconnect` where the provider takes the refresh token no more, `oauth.unreachable`. */
export const refreshTokens = async (deps: OAuthDeps, provider: OAuthClient, refreshToken: string): Promise<Tokens> => {
  const server = await metadataOf(deps, provider);
  const client = { client_id: provider.clientId };
  return await asked('oauth.reconnect', async () => {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      client,
      authOf(provider),
      refreshToken,
      fetchBy(deps),
    );
    return tokensOf(deps, await oauth.processRefreshTokenResponse(server, client, response));
  });
};

/** Told by the operator, or by the issuer itself once a sandbox. */
export const metadataOf = async (deps: OAuthDeps, provider: OAuthClient): Promise<oauth.AuthorizationServer> => {
  const { issuer, authorizationEndpoint, tokenEndpoint } = provider;
  if (authorizationEndpoint !== undefined && tokenEndpoint !== undefined) {
    return { issuer, authorization_endpoint: authorizationEndpoint, token_endpoint: tokenEndpoint };
  }
  const known = DISCOVERED.get(provider);
  if (known !== undefined) return known;
  const found = await asked('oauth.unreachable', async () => {
    const url = new URL(issuer);
    return await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, fetchBy(deps)));
  });
  DISCOVERED.set(provider, found);
  return found;
};

const DISCOVERED = new WeakMap<OAuthClient, oauth.AuthorizationServer>();

export const authOf = ({ clientSecret }: OAuthClient): oauth.ClientAuth =>
  clientSecret === undefined ? oauth.None() : oauth.ClientSecretPost(clientSecret);

export const fetchBy = ({ fetch }: OAuthDeps) => ({
  [oauth.customFetch]: (url: string, { method, headers, body }: oauth.CustomFetchOptions<string, unknown>) =>
    fetch(url, { method, headers, body }),
});

/** Of providers that say nothing of a token's life (RFC 6749 section 5.1 only recommends it). */
const LIFE_SECONDS_DEFAULT = 600;

export const tokensOf = ({ now }: OAuthDeps, answer: oauth.TokenEndpointResponse): Tokens => {
  const { access_token, refresh_token, expires_in = LIFE_SECONDS_DEFAULT } = answer;
  if (access_token.length > LIMITS.tokenCharsMax || (refresh_token?.length ?? 0) > LIMITS.tokenCharsMax) {
    throw new Error('the token is too long');
  }
  return {
    accessToken: access_token,
    expiresAt: Math.floor(now() / 1_000) + expires_in,
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
  };
};

/** Refusals that the person alone can mend. What is wrong with the operator's client makes no account wait for its owner. */
const PERSONS = new Set([
  'invalid_grant',
  'access_denied',
  'interaction_required',
  'login_required',
  'consent_required',
  'account_selection_required',
]);

/** Runs one exchange; a refusal for good is `refusal`, all else a trouble that may pass. No words of the provider are repeated. */
export const asked = async <Result>(
  refusal: 'oauth.denied' | 'oauth.reconnect' | 'oauth.unreachable',
  exchange: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await exchange();
  } catch (error) {
    const isTheirs =
      (error instanceof oauth.ResponseBodyError || error instanceof oauth.AuthorizationResponseError) &&
      PERSONS.has(error.error);
    const isForged = refusal === 'oauth.denied' && error instanceof oauth.OperationProcessingError;
    if (refusal !== 'oauth.unreachable' && (isTheirs || isForged)) {
      throw new MailyardError(refusal, REFUSALS[refusal], { cause: causeOf(error) });
    }
    throw unreachable(causeOf(error));
  }
};

const REFUSALS = {
  'oauth.denied': 'the provider did not let us in; begin the authorization again',
  'oauth.reconnect': 'the provider takes our token no more; its owner has to sign in again',
} as const;

export const unreachable = (cause: unknown): MailyardError =>
  new MailyardError('oauth.unreachable', 'the provider gave no answer that we can use; try again later', { cause });

/** oauth4webapi's errors hold the whole answer, tokens included: the log gets the name, the code and the place. */
const causeOf = (error: unknown): Error => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const cause = new Error(`${error instanceof Error ? error.name : typeof error}: ${code}`);
  if (error instanceof Error && error.stack !== undefined) {
    cause.stack = [cause.message, ...error.stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n');
  }
  return cause;
};
