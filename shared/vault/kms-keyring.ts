/**
 * The key pair of a deployment on AWS: the private key lies in the table wrapped by KMS under an encryption context, and is
 * unwrapped once per sandbox.
 */
import { DecryptCommand, EncryptCommand, KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import type { JWK } from 'jose';
import type { Keyring } from './credential.ts';
import { makeKeyPair } from './key-pair.ts';
import { once } from './once.ts';
import type { WrappedKeyStore, WrappedKeys } from './public-keyring.ts';

export const ENCRYPTION_CONTEXT = { application: 'mailyard', purpose: 'credential-key' } as const;

/** `endpoint` and credentials only for a stand-in; on AWS the role gives them. */
export const connectKms = (config: KMSClientConfig = {}): KMSClient => new KMSClient(config);

export const kmsKeyring = (kms: KMSClient, keyId: string, store: WrappedKeyStore): Keyring => {
  const pair = once(async () => {
    const keys = (await store.read()) ?? (await makeAndStore(kms, keyId, store));
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: keyId,
        CiphertextBlob: keys.wrappedPrivateJwk,
        EncryptionContext: ENCRYPTION_CONTEXT,
      }),
    );
    return {
      publicJwk: JSON.parse(keys.publicJwk) as JWK,
      privateJwk: JSON.parse(Buffer.from(Plaintext ?? []).toString()) as JWK,
    };
  });
  return {
    publicKey: async () => (await pair()).publicJwk,
    privateKey: async () => (await pair()).privateJwk,
  };
};

const makeAndStore = async (kms: KMSClient, keyId: string, store: WrappedKeyStore): Promise<WrappedKeys> => {
  const { publicJwk, privateJwk } = await makeKeyPair();
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({
      KeyId: keyId,
      Plaintext: Buffer.from(JSON.stringify(privateJwk)),
      EncryptionContext: ENCRYPTION_CONTEXT,
    }),
  );
  if (CiphertextBlob === undefined) throw new Error('KMS answered without a ciphertext');
  const keys = { publicJwk: JSON.stringify(publicJwk), wrappedPrivateJwk: CiphertextBlob };
  if (await store.putNew(keys)) return keys;
  const theirs = await store.read();
  if (theirs === undefined) throw new Error('the vault key pair was taken away');
  return theirs;
};
