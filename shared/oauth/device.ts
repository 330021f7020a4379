/** Signing in on another device (RFC 8628): a person types a short code there, and the token is fetched here meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as oauth from 'oauth4webapi';
import { MailyardError } from '../errors.ts';
import { asked, authOf, fetchBy, metadataOf, type OAuthDeps, type Tokens, tokensOf, unreachable } from './client.ts';
import type { OAuthClient } from './provider.ts';

export type DeviceCode = {
  /** Where the person goes, and what they type there; `completeUri` holds the code already. */
  readonly verificationUri: string;
  readonly completeUri?: string;
  readonly userCode: string;
};

/** RFC 8628 section 3.2: where nothing is said. */
const INTERVAL_SECONDS_DEFAULT = 5;
const EXPIRES_SECONDS_MAX = 3_600;
/** Section 3.5: with every `slow_down`. */
const SLOWER_SECONDS = 5;

/** `show` is called once, with what the person needs. Throws `oauth.denied`, `oauth.unreachable`. */
export const signInOnDevice = async (
  deps: OAuthDeps,
  provider: OAuthClient,
  show: (code: DeviceCode) => void,
): Promise<Tokens> => {
  const server = await metadataOf(deps, provider);
  const client = { client_id: provider.clientId };
  if (server.device_authorization_endpoint === undefined) throw unreachable(new Error('no device endpoint is told'));
  const code = await asked('oauth.denied', async () => {
    const parameters = { ...provider.parameters, scope: provider.scopes.join(' ') };
    const response = await oauth.deviceAuthorizationRequest(
      server,
      client,
      authOf(provider),
      parameters,
      fetchBy(deps),
    );
    return await oauth.processDeviceAuthorizationResponse(server, client, response);
  });
  show({
    verificationUri: code.verification_uri,
    userCode: code.user_code,
    ...(code.verification_uri_complete === undefined ? {} : { completeUri: code.verification_uri_complete }),
  });
  const endsAt = deps.now() + Math.min(code.expires_in, EXPIRES_SECONDS_MAX) * 1_000;
  let seconds = code.interval ?? INTERVAL_SECONDS_DEFAULT;
  while (deps.now() < endsAt) {
    await sleep(seconds * 1_000);
    const answer = await asked('oauth.denied', async () => {
      const response = await oauth.deviceCodeGrantRequest(
        server,
        client,
        authOf(provider),
        code.device_code,
        fetchBy(deps),
      );
      return await oauth.processDeviceCodeResponse(server, client, response).catch(stillPending);
    });
    if (typeof answer !== 'string') return tokensOf(deps, answer);
    if (answer === 'expired_token') break;
    if (answer === 'slow_down') seconds += SLOWER_SECONDS;
  }
  throw new MailyardError('oauth.denied', 'nobody signed in within the time that the provider gives');
};

const PENDING = ['authorization_pending', 'slow_down', 'expired_token'] as const;

/** What the provider says while there is no token yet (RFC 8628 section 3.5). */
const stillPending = (error: unknown): (typeof PENDING)[number] => {
  const said = error instanceof oauth.ResponseBodyError ? PENDING.find((one) => one === error.error) : undefined;
  if (said === undefined) throw error;
  return said;
};
