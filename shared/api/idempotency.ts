/** Idempotency-Key without a store: the key makes the new thing's id, so that the second request finds what the first made. */
import { createHash } from 'node:crypto';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** Throws `request.invalid`. */
export const parseIdempotencyKey = (header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  if (header.length >= 1 && header.length <= LIMITS.idempotencyKeyCharsMax && /^[\x21-\x7e]+$/.test(header))
    return header;
  throw new MailyardError(
    'request.invalid',
    `Idempotency-Key must be 1 to ${LIMITS.idempotencyKeyCharsMax} printable ASCII characters without spaces`,
  );
};

// 96 bits, as many as a random id has.
const ID_CHARS = 16;

/** A new id; the same one for the same tenant, kind of thing and key. */
export const idFor = (tenant: string, kind: string, key: string | undefined, newId: () => string): string => {
  if (key === undefined) return newId();
  return createHash('sha256')
    .update(JSON.stringify([tenant, kind, key]))
    .digest('base64url')
    .slice(0, ID_CHARS);
};
