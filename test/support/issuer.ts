/** An OpenID issuer on loopback: discovery, keys, and tokens of any kind one may want to try. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export type TestIssuer = {
  readonly issuer: string;
  readonly audience: string;
  /** A token as it should be, but for the claims given; undefined takes one away. */
  readonly token: (claims: Readonly<Record<string, unknown>>) => Promise<string>;
  readonly stop: () => Promise<void>;
};

export const startIssuer = async (audience = 'mailyard'): Promise<TestIssuer> => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  let issuer = '';
  const server = createServer((request, response) => {
    const known: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
      '/keys': { keys: [jwk] },
    };
    const body = known[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    audience,
    token: (claims) => {
      const seconds = Math.floor(Date.now() / 1_000);
      const all = { iss: issuer, aud: audience, iat: seconds, exp: seconds + 600, ...claims };
      const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as JWTPayload;
      return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
