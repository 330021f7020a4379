/**
 * A pinned server: the SHA-256 of its public key (`sha256/BASE64`, RFC 7469 section 2.4) or of its certificate (hex, with or
 * without colons). It is looked at besides the chain, and in place of the name: who holds that key is who was meant.
 */
import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';

/** The `code` of the error below, as errors.ts knows it. */
export const OTHER_KEY = 'ERR_MAILYARD_OTHER_KEY';

/** For `tls.connect`, which calls it once the chain is verified and before anything is sent. */
export const pinCheck =
  (pin: string) =>
  (_hostname: string, { raw }: PeerCertificate): Error | undefined =>
    isPinned(raw, pin) ? undefined : Object.assign(new Error('the server shows another key'), { code: OTHER_KEY });

/** `certificate` in DER. */
export const isPinned = (certificate: Uint8Array, pin: string): boolean => {
  const [, key] = /^sha256\/(.+)$/i.exec(pin) ?? [];
  const wanted = key === undefined ? Buffer.from(pin.replaceAll(':', ''), 'hex') : Buffer.from(key, 'base64');
  const shown = key === undefined ? certificate : publicKeyOf(certificate);
  const digest = createHash('sha256').update(shown).digest();
  return wanted.length === digest.length && timingSafeEqual(wanted, digest);
};

const publicKeyOf = (certificate: Uint8Array): Buffer =>
  new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
