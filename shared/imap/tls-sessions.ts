/**
 * TLS sessions that servers gave out, for the next connection to the same one (RFC 8446 section 2.2): no certificate is sent and
 * verified again. Verified is what was verified then, so a session is kept under all that trust depends on. Beside them the contexts
 * that connections begin with: one is as dear to make as the handshake itself.
 */
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { LIMITS } from '../limits.ts';

export type Trusted = { readonly host: string; readonly port: number; readonly ca?: string; readonly pin?: string };

const sessions = new Map<string, Buffer>();

const keyOf = ({ host, port, ca = '', pin = '' }: Trusted): string => JSON.stringify([host, port, ca, pin]);

export const sessionFor = (server: Trusted): Buffer | undefined => sessions.get(keyOf(server));

/** `socket` stands, its certificate is verified, and something was heard after the handshake. */
export const rememberSession = (server: Trusted, socket: Socket | undefined): void => {
  if (!(socket instanceof TLSSocket)) return;
  const session = socket.getSession();
  if (session === undefined) return;
  const key = keyOf(server);
  sessions.delete(key);
  sessions.set(key, session);
  const [oldest] = sessions.keys();
  if (sessions.size > LIMITS.tlsSessionsMax && oldest !== undefined) sessions.delete(oldest);
};

/**
 * The hybrid with ML-KEM is offered and its key share, 1,200 bytes with every connection, is sent to servers that ask for it alone:
 * '*' marks the share that is sent at once (SSL_CTX_set1_groups_list(3)).
 */
const GROUPS = '*X25519:X25519MLKEM768:P-256:P-384';

const contexts = new Map<string, SecureContext>();

/** Who is trusted, and nothing of any account: `ca` is given in PEM where it is not the usual ones. */
export const contextFor = (ca: string | undefined): SecureContext => {
  const key = ca ?? '';
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const made = createSecureContext({
    minVersion: 'TLSv1.2',
    ecdhCurve: GROUPS,
    ...(ca === undefined ? {} : { ca, allowPartialTrustChain: true }),
  });
  contexts.set(key, made);
  const [oldest] = contexts.keys();
  if (contexts.size > LIMITS.tlsSessionsMax && oldest !== undefined) contexts.delete(oldest);
  return made;
};
