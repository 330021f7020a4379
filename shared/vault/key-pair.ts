/** Makes the deployment's key pair: P-256, as ECDH-ES in RFC 7518 section 4.6 takes it. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

export type KeyPair = { readonly publicJwk: JWK; readonly privateJwk: JWK };

/** Both carry the thumbprint (RFC 7638) as their `kid`. */
export const makeKeyPair = async (): Promise<KeyPair> => {
  const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  return { publicJwk: { ...publicJwk, kid }, privateJwk: { ...(await exportJWK(pair.privateKey)), kid } };
};
