/**
 * The key under which requests are recognised: with it, what was sent is compared without being kept, and answers are kept
 * without being readable in the table. functions/api may have it, too, as it opens no credential.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** 32 bytes. */
export type RequestKey = () => Promise<Uint8Array>;

export const REQUEST_KEY_BYTES = 32;

export const newRequestKey = (): Uint8Array => randomBytes(REQUEST_KEY_BYTES);

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
