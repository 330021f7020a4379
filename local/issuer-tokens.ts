/** Tokens of an OpenID issuer, verified as API Gateway's JWT authorizer verifies them. */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as z from 'zod';
import type { Claims } from '../shared/api/caller.ts';
import { once } from '../shared/vault/once.ts';

export type Issuer = {
  /** As tokens name it in `iss`; its keys are found below it (OpenID Connect Discovery 1.0). */
  readonly issuer: string;
  /** One of these has to stand in `aud`, or in `client_id` where there is no `aud`: Cognito's access tokens have none. */
  readonly audience: readonly string[];
};

const DISCOVERY_MS = 5_000;
const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** The claims of a token, or undefined for one that is not valid; `iss`, `aud`, `exp`, `nbf` and an RSA signature count. */
export const issuerTokens = ({ issuer, audience }: Issuer): ((token: string) => Promise<Claims | undefined>) => {
  const keys = once(async () => {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(DISCOVERY_MS), redirect: 'error' });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
    const found = discoverySchema.parse(await answer.json());
    if (found.issuer !== issuer) throw new Error(`${url} names another issuer: ${found.issuer}`);
    return createRemoteJWKSet(new URL(found.jwks_uri));
  });
  return async (token) => {
    const keySet = await keys();
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer,
        algorithms: ['RS256', 'RS384', 'RS512'],
        requiredClaims: ['exp'],
      });
      const named = payload.aud ?? payload['client_id'];
      return [named].flat().some((one) => typeof one === 'string' && audience.includes(one)) ? payload : undefined;
    } catch {
      return undefined;
    }
  };
};
