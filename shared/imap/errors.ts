/** imapflow's errors and falses become one of our codes here, and nowhere else. */
import { type ErrorCode, MailyardError } from '../errors.ts';
import { OTHER_KEY } from './pin.ts';

type Thrown = {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly authenticationFailed?: unknown;
  readonly serverResponseCode?: unknown;
  readonly tlsFailed?: unknown;
};

/**
 * OpenSSL's and Node's verdicts on a certificate. A server that shows one speaks TLS; whatever else fails before a greeting
 * is `imap.unreachable`, so that nobody learns by our words which ports are open.
 */
const CERTIFICATE_CODES: Readonly<Record<string, ErrorCode>> = {
  CERT_HAS_EXPIRED: 'imap.certificate-expired',
  CERT_NOT_YET_VALID: 'imap.certificate-expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'imap.certificate-self-signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'imap.certificate-wrong-name',
  HOSTNAME_MISMATCH: 'imap.certificate-wrong-name',
  [OTHER_KEY]: 'imap.certificate-other-key',
};
const UNTRUSTED = /^(CERT_|UNABLE_TO|SELF_SIGNED|ERR_TLS_CERT|INVALID_CA|CA_MD|CA_KEY|EE_KEY|PATH_LENGTH)/;
const OLD_TLS = /UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW/;
const LOST = new Set([
  'NoConnection',
  'EConnectionClosed',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'ETIMEOUT',
  'StateLogout',
]);
const THROTTLED = new Set(['ETHROTTLE', 'THROTTLED', 'OVERQUOTA', 'LIMIT', 'INUSE']);

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  'imap.auth-failed': 'the mail server refused the user name or the password; some providers ask for an app password',
  'imap.sasl-missing': 'the mail server offers no login that we can use here; try an app password, or none of OAuth',
  'imap.certificate': 'the certificate cannot be verified; give the private CA or the certificate itself as `ca`',
  'imap.certificate-expired': 'the certificate is out of its time; its owner has to renew it',
  'imap.certificate-self-signed': 'the certificate is signed by itself; if it is yours, give it as `ca`',
  'imap.certificate-wrong-name': 'the certificate is for another name; give the name that it was made for as `host`',
  'imap.certificate-other-key':
    'the server shows another key than the one that was pinned; compare it before you change `pin`',
  'imap.tls-required': 'the server offers no TLS on this port, and nothing is sent without it; try port 993',
  'imap.tls-too-old': 'the server speaks no TLS of version 1.2 or later; it has to be updated',
  'imap.tls-injection': 'somebody put words between us and the server before TLS began; nothing was sent',
  'imap.preauth': 'the server says that we are logged in before we are; nothing was sent',
  'imap.unreachable': 'no mail server answers there over TLS; check host, port and `tls` (993 implicit, 143 starttls)',
  'imap.connection-lost': 'the connection to the mail server was lost',
  'imap.throttled': 'the mail server asks to come back later',
};

const codeFor = (thrown: Thrown, connecting: boolean): ErrorCode => {
  const code = typeof thrown.code === 'string' ? thrown.code : '';
  const serverCode = typeof thrown.serverResponseCode === 'string' ? thrown.serverResponseCode : '';
  if (thrown.authenticationFailed === true) return 'imap.auth-failed';
  const certificate = CERTIFICATE_CODES[code] ?? (UNTRUSTED.test(code) ? 'imap.certificate' : undefined);
  if (certificate !== undefined) return certificate;
  if (OLD_TLS.test(code)) return 'imap.tls-too-old';
  if (code === 'STARTTLS_INJECTION') return 'imap.tls-injection';
  // Of STARTTLS alone: a mail server has greeted us by then.
  if (thrown.tlsFailed === true) return says(thrown, /PREAUTH/) ? 'imap.preauth' : 'imap.tls-required';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'imap.host-not-found';
  if (THROTTLED.has(code) || THROTTLED.has(serverCode)) return 'imap.throttled';
  if (says(thrown, /^Unsupported authentication mechanism$/)) return 'imap.sasl-missing';
  if (connecting) return 'imap.unreachable';
  return LOST.has(code) ? 'imap.connection-lost' : 'imap.refused';
};

/** imapflow has no codes for these; its version is pinned, and tests know the words. */
const says = ({ message }: Thrown, words: RegExp): boolean => typeof message === 'string' && words.test(message);

/** Any error of the connection as one of ours; `connecting` until the login is done. */
export const imapError = (error: unknown, connecting = false): MailyardError => {
  if (error instanceof MailyardError) return error;
  const thrown: Thrown = typeof error === 'object' && error !== null ? error : {};
  const code = codeFor(thrown, connecting);
  return new MailyardError(code, MESSAGES[code] ?? 'the mail server refused a command', { cause: error });
};

/** Awaits a call of imapflow; what it throws comes out as ours. */
export const answered = async <Result>(call: Promise<Result>): Promise<Result> => {
  try {
    return await call;
  } catch (error) {
    throw imapError(error);
  }
};

/**
 * imapflow answers false to a command that the server refused, and also to one that the connection broke under. Throws
 * `imap.connection-lost` for the latter.
 */
export const requireConnection = ({ usable }: { readonly usable: boolean }): void => {
  if (!usable) throw imapError({ code: 'NoConnection' });
};
