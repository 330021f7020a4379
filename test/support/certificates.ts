/** Certificates for test servers, signed by a CA that each test makes for itself. */
import { randomUUID } from 'node:crypto';
import { type GenerateResult, generate, type SelfsignedOptions } from 'selfsigned';

export type Authority = { readonly certPem: string; readonly keyPem: string };
export type ServerCertificate = {
  readonly certPem: string;
  readonly keyPem: string;
  /** What a client must trust to accept it: the CA, or the certificate itself when it is self-signed. */
  readonly caPem: string;
};
/** `good` names localhost and 127.0.0.1 and is valid; the others differ from it in what their name says. */
export type CertificateKind = 'good' | 'expired' | 'not-yet-valid' | 'wrong-name' | 'self-signed';

const DAY_MS = 86_400_000;

export const createAuthority = async (): Promise<Authority> => {
  // Each CA has a name of its own: with the same one, a client would blame the signature and not the unknown issuer.
  const made = await make(`Mailyard test CA ${randomUUID()}`, {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { certPem: made.cert, keyPem: made.private };
};

export const createCertificate = async (
  kind: CertificateKind = 'good',
  authority?: Authority,
  /** More names that a `good` one is for. */
  names: readonly string[] = [],
): Promise<ServerCertificate> => {
  const signer = kind === 'self-signed' ? undefined : (authority ?? (await createAuthority()));
  const name = kind === 'wrong-name' ? 'mail.elsewhere.test' : 'localhost';
  const made = await make(name, {
    ...validity(kind, Date.now()),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames:
          kind === 'wrong-name'
            ? [{ type: 2, value: name }]
            : [
                { type: 2, value: 'localhost' },
                { type: 7, ip: '127.0.0.1' },
                ...names.map((value) => ({ type: 2 as const, value })),
              ],
      },
    ],
    ...(signer === undefined ? {} : { ca: { cert: signer.certPem, key: signer.keyPem } }),
  });
  return { certPem: made.cert, keyPem: made.private, caPem: signer?.certPem ?? made.cert };
};

const validity = (kind: CertificateKind, now: number): { notBeforeDate: Date; notAfterDate: Date } => {
  const [from, to] = kind === 'expired' ? [-30, -1] : kind === 'not-yet-valid' ? [1, 30] : [-1, 30];
  return { notBeforeDate: new Date(now + from * DAY_MS), notAfterDate: new Date(now + to * DAY_MS) };
};

const make = (commonName: string, options: SelfsignedOptions): Promise<GenerateResult> =>
  generate([{ name: 'commonName', value: commonName }], { keyType: 'ec', algorithm: 'sha256', ...options });
