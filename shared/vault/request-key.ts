/**
 * The key under which requests are recognised: with it, what was sent is compared without being kept, and answers are kept
 * without being readable in the table. functions/api may have it, as it opens no credential: KMS hands it out under an
 * encryption context of its own.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import { once } from './once.ts';

/** 32 bytes. */
export type RequestKey = () => Promise<Uint8Array>;

export const REQUEST_KEY_CONTEXT = { application: 'mailyard', purpose: 'request-key' } as const;

/** Where the wrapped key is kept; the table implements it. */
export type WrappedRequestKeyStore = {
  readonly read: () => Promise<Uint8Array | undefined>;
  /** False when another worker was first. */
  readonly putNew: (wrapped: Uint8Array) => Promise<boolean>;
};

const KEY_BYTES = 32;

export const newRequestKey = (): Uint8Array => randomBytes(KEY_BYTES);

export const kmsRequestKey = (kms: KMSClient, keyId: string, store: WrappedRequestKeyStore): RequestKey =>
  once(async () => {
    const wrapped = (await store.read()) ?? (await makeAndStore(kms, keyId, store));
    const { Plaintext } = await kms.send(
      new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: REQUEST_KEY_CONTEXT }),
    );
    if (Plaintext?.length !== KEY_BYTES) throw new Error('KMS answered without the request key');
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

/** HMAC-SHA256; `purpose` keeps what is told apart from being taken for one another. */
export const macOf = (key: Uint8Array, purpose: string, text: string): string =>
  createHmac('sha256', key)
    .update(JSON.stringify([purpose, text]))
    .digest('base64url');

const IV_BYTES = 12;
const TAG_BYTES = 16;

const sealingKey = (key: Uint8Array): Buffer => createHmac('sha256', key).update('seal').digest();

/** AES-256-GCM: IV, tag, ciphertext. It opens only under the same `name`. */
export const sealText = (key: Uint8Array, name: string, text: string): Uint8Array => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(key), iv).setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
};

/** Throws where it was sealed under another name or key, or changed. */
export const openText = (key: Uint8Array, name: string, sealed: Uint8Array): string => {
  const [iv, tag] = [sealed.subarray(0, IV_BYTES), sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(name)).setAuthTag(tag);
  return `${decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8')}${decipher.final('utf8')}`;
};
