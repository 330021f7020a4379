/** imapflow's errors and falses become one of our codes here, and nowhere else. */
import { type ErrorCode, MailyardError } from '../errors.ts';

type Thrown = {
  readonly code?: unknown;
  readonly authenticationFailed?: unknown;
  readonly serverResponseCode?: unknown;
  readonly responseStatus?: unknown;
  readonly tlsFailed?: unknown;
  readonly cause?: unknown;
};

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EADDRNOTAVAIL',
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
  'ClosedAfterConnectTLS',
  'ClosedAfterConnectText',
]);
const LOST = new Set(['NoConnection', 'EConnectionClosed', 'ECONNRESET', 'EPIPE', 'ETIMEOUT', 'StateLogout']);
const THROTTLED = new Set(['ETHROTTLE', 'THROTTLED', 'OVERQUOTA', 'LIMIT', 'INUSE']);
const NO_TLS = new Set([
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'STARTTLS_INJECTION',
]);

const MESSAGES: Partial<Record<ErrorCode, string>> = {
  'imap.auth-failed': 'the mail server refused the user name or the password; some providers ask for an app password',
  'imap.certificate': 'the certificate cannot be verified; give the private CA or the certificate itself as `ca`',
  'imap.tls-required': 'the server offers no TLS on this port, and nothing is sent without it; try port 993',
  'imap.unreachable': 'no connection to the mail server could be made; check host and port',
  'imap.connection-lost': 'the connection to the mail server was lost',
  'imap.throttled': 'the mail server asks to come back later',
};

const codeFor = (thrown: Thrown, connecting: boolean): ErrorCode => {
  const code = typeof thrown.code === 'string' ? thrown.code : '';
  const serverCode = typeof thrown.serverResponseCode === 'string' ? thrown.serverResponseCode : '';
  if (thrown.authenticationFailed === true) return 'imap.auth-failed';
  if (/^(CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_CERT|HOSTNAME_MISMATCH)/.test(code)) return 'imap.certificate';
  if (NO_TLS.has(code) || thrown.tlsFailed === true || code.startsWith('ERR_SSL')) return 'imap.tls-required';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'imap.host-not-found';
  if (THROTTLED.has(code) || THROTTLED.has(serverCode)) return 'imap.throttled';
  if (UNREACHABLE.has(code)) return 'imap.unreachable';
  if (LOST.has(code)) return connecting ? 'imap.unreachable' : 'imap.connection-lost';
  return connecting ? 'imap.unreachable' : 'imap.refused';
};

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
