/** A Cognito user pool's half that the API sees: keys, and access tokens as Cognito makes them. */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { SCOPES } from '../../../shared/api/route.ts';
import { startIssuer } from '../../support/issuer.ts';
import type { Authorize } from './http-api.ts';

export type UserPool = {
  readonly token: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly authorize: Authorize;
  readonly stop: () => Promise<void>;
};

/** `issuer` and `clientId` as the stack's outputs tell them. */
export const startUserPool = async (issuer: string, clientId: string): Promise<UserPool> => {
  const keys = await startIssuer();
  const keySet = createRemoteJWKSet(new URL(`${keys.issuer}/keys`));
  const scope = SCOPES.map((name) => `mailyard/${name}`).join(' ');
  // Cognito's access tokens name their client and no audience.
  const usual = { iss: issuer, aud: undefined, client_id: clientId, token_use: 'access', scope };
  return {
    token: (claims) => keys.token({ ...usual, ...claims }),
    authorize: async (token, wantedIssuer, audience) => {
      try {
        const { payload } = await jwtVerify(token, keySet, { issuer: wantedIssuer, requiredClaims: ['exp'] });
        const named = [payload.aud ?? payload['client_id']].flat();
        return named.some((one) => typeof one === 'string' && audience.includes(one)) ? payload : undefined;
      } catch {
        return undefined;
      }
    },
    stop: keys.stop,
  };
};
