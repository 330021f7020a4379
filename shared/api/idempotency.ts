/** The Idempotency-Key header, and what makes two requests the same. */
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

/** JSON with sorted names: spaces and the order of fields do not make another request. */
export const canonicalText = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
