/** `isEncrypted`: the text can be read with a key alone: PGP/MIME (RFC 3156) or S/MIME (RFC 8551). */
import { structureCondition } from './boolean.ts';

const PKCS7 = new Set(['application/pkcs7-mime', 'application/x-pkcs7-mime']);
const NOT_ENCRYPTED = new Set(['signed-data', 'certs-only', 'compressed-data']);

export const isEncryptedCondition = structureCondition({
  name: 'isEncrypted',
  yes: 'is encrypted',
  no: 'is not encrypted',
  holds: (parts) =>
    parts.some(
      ({ type, parameters }) =>
        type === 'multipart/encrypted' ||
        // smime-type may be left out, and is then anybody's guess: what is not said to be signed counts as encrypted.
        (PKCS7.has(type) && !NOT_ENCRYPTED.has(parameters?.['smime-type'] ?? '')),
    ),
});
