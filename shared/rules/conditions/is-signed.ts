/** `isSigned`: the message carries a signature of its sender (RFC 1847, RFC 3156, RFC 8551); nobody checked it. */
import { structureCondition } from './boolean.ts';

const SIGNED = new Set(['multipart/signed', 'application/pkcs7-signature', 'application/x-pkcs7-signature']);

export const isSignedCondition = structureCondition({
  name: 'isSigned',
  yes: 'is signed',
  no: 'is not signed',
  holds: (parts) =>
    parts.some(({ type, parameters }) => SIGNED.has(type) || parameters?.['smime-type'] === 'signed-data'),
});
