/**
 * The request key of a deployment on AWS: it lies in the table, wrapped by KMS under an encryption context of its own. Apart from
 * request-key.ts, so that KMS's client is loaded by the first request that needs it and not at every cold start.
 */
import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { once } from './once.ts';
import { newRequestKey, REQUEST_KEY_BYTES, type RequestKey } from './request-key.ts';

export const REQUEST_KEY_CONTEXT = { application: 'mailyard', purpose: 'request-key' } as const;

/** Where the wrapped key is kept; the table implements it. */
export type WrappedRequestKeyStore = {
  readonly read: () => Promise<Uint8Array | undefined>;
  /** False when another worker was first. */
  readonly putNew: (wrapped: Uint8Array) => Promise<boolean>;
};

export const kmsRequestKey = (kms: KMSClient, keyId: string, store: WrappedRequestKeyStore): RequestKey =>
  once(async () => {
    const wrapped = (await store.read()) ?? (await makeAndStore(kms, keyId, store));
    const { Plaintext } = await kms.send(
      new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: REQUEST_KEY_CONTEXT }),
    );
    if (Plaintext?.length !== REQUEST_KEY_BYTES) throw new Error('KMS answered without the request key');
    return Plaintext;
  });

const makeAndStore = async (kms: KMSClient, keyId: string, store: WrappedRequestKeyStore): Promise<Uint8Array> => {
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId: keyId, Plaintext: newRequestKey(), EncryptionContext: REQUEST_KEY_CONTEXT }),
  );
  if (CiphertextBlob === undefined) throw new Error('KMS answered without a ciphertext');
  if (await store.putNew(CiphertextBlob)) return CiphertextBlob;
  const theirs = await store.read();
  if (theirs === undefined) throw new Error('the request key was taken away');
  return theirs;
};
