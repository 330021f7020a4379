import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHARS = 16;

/** An unguessable id of 16 letters and digits (95 bits); short, as it counts in every key of the table. */
export const newId = (): string => {
  let id = '';
  while (id.length < CHARS) {
    // 248 is a multiple of 62: what lies above would favour some letters.
    for (const byte of randomBytes(CHARS)) if (byte < 248 && id.length < CHARS) id += ALPHABET[byte % 62];
  }
  return id;
};

/** One of several ids that a request makes: the same for the same request's id and number. */
export const idAmong = (madeId: string, n: number): string =>
  createHash('sha256').update(`${madeId} ${n}`).digest('base64url').slice(0, CHARS);
