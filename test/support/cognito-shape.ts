/**
 * What oidc-provider is told to answer as a Cognito user pool does: no flow for other devices, no offline_access, scopes of a resource server
 * with its name before each, a refresh token unasked, and access tokens that name the client in `client_id` and have no `aud`
 * (Amazon Cognito Developer Guide, "Understanding the access token" and "Scopes, M2M, and resource servers").
 */
import type { Configuration } from 'oidc-provider';
import { SCOPE_PREFIX } from '../../shared/api/caller.ts';
import { SCOPES } from '../../shared/api/route.ts';

/** Those alone that the pool's client may ask for; Cognito refuses a request that names another. */
const ALLOWED: ReadonlySet<string> = new Set(['openid', ...SCOPES.map((scope) => `${SCOPE_PREFIX}${scope}`)]);
const RESOURCE = 'urn:cognito:resource-server';

export const COGNITO: Configuration = {
  scopes: ['openid'],
  features: {
    deviceFlow: { enabled: false },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: [...ALLOWED].join(' '),
        audience: RESOURCE,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  issueRefreshToken: () => true,
  rotateRefreshToken: false,
  formats: {
    customizers: {
      jwt: (_context, _token, parts) => {
        parts.payload['token_use'] = 'access';
        // The library insists that there is one; what cannot be enumerated is not written into the token.
        Object.defineProperty(parts.payload, 'aud', { enumerable: false });
      },
    },
  },
};

/** True where a request names what the client may not have: Cognito sends it back with `invalid_scope`. */
export const refusesScope = ({
  path,
  query,
}: {
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
}): boolean =>
  path === '/auth' &&
  String(query['scope'] ?? '')
    .split(' ')
    .some((scope) => !ALLOWED.has(scope));
