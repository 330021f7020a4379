/**
 * The certificate of the demo mail server: self-signed for localhost and 127.0.0.1, made at the first start and kept.
 * A client trusts it, and nothing else, by taking `certPem` as its only CA.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../shared/terminal/replace-file.ts';

export type LocalCertificate = { readonly certPem: string; readonly keyPem: string; readonly fingerprint256: string };

const DAY_MS = 86_400_000;
const VALID_DAYS = 365;
const RENEW_DAYS = 30;

/** Kept as localhost-cert.pem and localhost-key.pem (mode 0600); made anew when missing, unreadable or within 30 days of its end. */
export const localCertificate = async (dataFolder: string, now = new Date()): Promise<LocalCertificate> => {
  await mkdir(dataFolder, { recursive: true });
  const certFile = join(dataFolder, 'localhost-cert.pem');
  const keyFile = join(dataFolder, 'localhost-key.pem');
  const kept = usable(await readText(certFile), await readText(keyFile), now);
  if (kept !== undefined) return kept;
  const { certPem, keyPem } = await generate(now);
  replaceFile(keyFile, keyPem, 0o600);
  replaceFile(certFile, certPem, 0o644);
  return { certPem, keyPem, fingerprint256: new X509Certificate(certPem).fingerprint256 };
};

const readText = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
};

const usable = (certPem: string | undefined, keyPem: string | undefined, now: Date): LocalCertificate | undefined => {
  if (certPem === undefined || keyPem === undefined) return undefined;
  try {
    const certificate = new X509Certificate(certPem);
    const endsAt = Date.parse(certificate.validTo);
    // A stop between the two writes leaves a key beside another's certificate.
    const fits =
      certificate.checkPrivateKey(createPrivateKey(keyPem)) && certificate.checkIP('127.0.0.1') !== undefined;
    if (!fits || !(endsAt - now.getTime() > RENEW_DAYS * DAY_MS)) return undefined;
    return { certPem, keyPem, fingerprint256: certificate.fingerprint256 };
  } catch {
    return undefined;
  }
};

const generate = async (now: Date): Promise<{ certPem: string; keyPem: string }> => {
  // Loaded only when needed: it is large, and most starts reuse what is kept.
  const { generate: selfSigned } = await import('selfsigned');
  const made = await selfSigned([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // An hour back, so that a clock set back a little does not refuse it.
    notBeforeDate: new Date(now.getTime() - 3_600_000),
    notAfterDate: new Date(now.getTime() + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { certPem: made.cert, keyPem: made.private };
};
