/**
 * The deployment's private keys, the newest first. What is new is sealed under the newest; the older ones stay so that what
 * was sealed under them opens, and is then sealed again.
 */
import type { JWK } from 'jose';
import { LIMITS } from '../limits.ts';
import { makeKeyPair } from './key-pair.ts';

export type VaultKey = JWK & {
  /** Milliseconds since 1970. */
  readonly madeAt: number;
};
export type KeyRing = readonly [VaultKey, ...VaultKey[]];

/** The ring with one more key in front; the oldest beyond LIMITS.vaultKeysMax goes. */
export const withNewKey = async (ring: readonly VaultKey[], madeAt: number): Promise<KeyRing> => {
  const { privateJwk } = await makeKeyPair();
  return [{ ...privateJwk, madeAt }, ...ring.slice(0, LIMITS.vaultKeysMax - 1)];
};

/** Whether the operator asked for a newer key than there is. A time still to come asks for nothing yet. */
export const isOutdated = ([{ madeAt }]: KeyRing, notBefore: number | undefined, now: number): boolean =>
  notBefore !== undefined && notBefore <= now && madeAt < notBefore;

/** Without `kid`, the newest. */
export const keyOf = (ring: KeyRing, kid: string | undefined): VaultKey | undefined =>
  kid === undefined ? ring[0] : ring.find((key) => key.kid === kid);

export const publicOf = ([{ d: _d, madeAt: _madeAt, ...publicJwk }]: KeyRing): JWK => publicJwk;
