/** How the command line asks an OpenID issuer: on the person's own machine, to the issuer that they named. */
import { LIMITS } from '../shared/limits.ts';
import type { OAuthDeps } from '../shared/oauth/client.ts';

export const oauthDeps: OAuthDeps = {
  now: Date.now,
  fetch: (url, { method = 'GET', headers, body } = {}) =>
    fetch(url, {
      method,
      headers: new Headers(headers),
      ...(body === undefined ? {} : { body: body as RequestInit['body'] }),
      redirect: 'error',
      signal: AbortSignal.timeout(LIMITS.httpsSeconds * 1_000),
    } as RequestInit),
};
