/** The public half of the deployment's key pair, read from where it is kept: enough to seal. */
import type { JWK } from 'jose';
import type { PublicKeyring } from './credential.ts';
import { once } from './once.ts';

/** Where wrapped keys are kept; the table implements it. */
export type WrappedKeys = { readonly publicJwk: string; readonly wrappedPrivateJwk: Uint8Array };
export type WrappedKeyStore = {
  readonly read: () => Promise<WrappedKeys | undefined>;
  readonly putNew: (keys: WrappedKeys) => Promise<boolean>;
};

/** For functions that seal only: it cannot make the pair, as that takes KMS. */
export const publicKeyringOf = (store: WrappedKeyStore): PublicKeyring => ({
  publicKey: once(async () => {
    const keys = await store.read();
    if (keys === undefined) throw new Error('the vault has no key pair yet');
    return JSON.parse(keys.publicJwk) as JWK;
  }),
});
