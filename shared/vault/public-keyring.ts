/** The public half of the deployment's newest key pair, read from where it is kept: enough to seal. */
import type { JWK } from 'jose';
import type { PublicKeyring } from './credential.ts';

/** The ring as it is kept: the newest public key in clear, all private keys as KMS wrapped them. */
export type WrappedKeys = {
  readonly publicJwk: string;
  readonly wrappedKeys: Uint8Array;
  /** 1 for the first; each change raises it by one. */
  readonly version: number;
};
/** The table implements it. */
export type WrappedKeyStore = {
  readonly read: () => Promise<WrappedKeys | undefined>;
  /** False when those of the version before are not there (any more): another worker was first. */
  readonly put: (keys: WrappedKeys) => Promise<boolean>;
};

/** For functions that seal only: it cannot make a pair, as that takes KMS. Read each time, so that a new key counts at once. */
export const publicKeyringOf = (store: WrappedKeyStore): PublicKeyring => ({
  publicKey: async () => {
    const keys = await store.read();
    if (keys === undefined) throw new Error('the vault has no key pair yet');
    return JSON.parse(keys.publicJwk) as JWK;
  },
});
