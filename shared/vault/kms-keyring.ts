/**
 * The key ring of a deployment on AWS: the private keys lie in the table, wrapped by KMS together and under an encryption
 * context, and are unwrapped once per sandbox.
 */
import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { isOutdated, type KeyRing, keyOf, publicOf, type VaultKey, withNewKey } from './key-ring.ts';
import { once } from './once.ts';
import type { WrappedKeyStore, WrappedKeys } from './public-keyring.ts';
import type { Keyring } from './vault.ts';

export const ENCRYPTION_CONTEXT = { application: 'mailyard', purpose: 'credential-key' } as const;

export type KmsKeyringOptions = {
  readonly kms: KMSClient;
  readonly keyId: string;
  readonly store: WrappedKeyStore;
  readonly now: () => number;
  /** A newest key made before this is followed by a new one; milliseconds since 1970. */
  readonly notBefore?: number;
};

/** A key that another sandbox made meanwhile is looked for at most this often. */
const LOOK_AGAIN_MS = 60_000;

/** One call of KMS a sandbox, two for the one that makes a key. */
export const kmsKeyring = (options: KmsKeyringOptions): Keyring => {
  let loadedAt = 0;
  const load = () =>
    once(() => {
      loadedAt = options.now();
      return loadRing(options);
    });
  let ring = load();
  return {
    publicKey: async () => publicOf(await ring()),
    privateKey: async (kid) => {
      const known = keyOf(await ring(), kid);
      if (known !== undefined) return known;
      if (options.now() - loadedAt >= LOOK_AGAIN_MS) ring = load();
      const found = keyOf(await ring(), kid);
      if (found === undefined) throw new Error('sealed under a key that is not kept');
      return found;
    },
  };
};

/** Bounded: each round another worker was faster, and whoever comes after it has nothing to do. */
const ROUNDS_MAX = 5;

const loadRing = async (options: KmsKeyringOptions): Promise<KeyRing> => {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const kept = await options.store.read();
    const ring = kept === undefined ? undefined : await unwrap(options, kept);
    if (ring !== undefined && !isOutdated(ring, options.notBefore, options.now())) return ring;
    const made = await withNewKey(ring ?? [], options.now());
    if (await options.store.put(await wrap(options, made, (kept?.version ?? 0) + 1))) return made;
  }
  throw new Error('the vault key ring changes all the time');
};

const unwrap = async ({ kms, keyId }: KmsKeyringOptions, { wrappedKeys }: WrappedKeys): Promise<KeyRing> => {
  const { Plaintext } = await kms.send(
    new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrappedKeys, EncryptionContext: ENCRYPTION_CONTEXT }),
  );
  const [newest, ...older] = JSON.parse(Buffer.from(Plaintext ?? []).toString()) as VaultKey[];
  if (newest === undefined) throw new Error('the vault key ring is empty');
  return [newest, ...older];
};

const wrap = async ({ kms, keyId }: KmsKeyringOptions, ring: KeyRing, version: number): Promise<WrappedKeys> => {
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({
      KeyId: keyId,
      Plaintext: Buffer.from(JSON.stringify(ring)),
      EncryptionContext: ENCRYPTION_CONTEXT,
    }),
  );
  if (CiphertextBlob === undefined) throw new Error('KMS answered without a ciphertext');
  return { publicJwk: JSON.stringify(publicOf(ring)), wrappedKeys: CiphertextBlob, version };
};
