/** One short connection to one mailbox: always over verified TLS, always closed, never longer than its deadline. */
import type { Socket } from 'node:net';
import { ImapFlow } from 'imapflow';
import type { EgressPolicy } from '../egress/policy.ts';
import { resolveHost } from '../egress/resolve-host.ts';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { FolderRoles } from '../mail/folder.ts';
import type { Credential } from '../vault/credential.ts';
import type { TakenConnection } from './bulk/take-over.ts';
import { imapError } from './errors.ts';
import { nextClient, type Rest } from './give-back.ts';
import { withoutChatter } from './lean.ts';
import { pinCheck } from './pin.ts';
import { contextFor, rememberSession, sessionFor } from './tls-sessions.ts';

export type MailServer = {
  readonly host: string;
  readonly port: number;
  readonly tls: 'implicit' | 'starttls';
  readonly user: string;
  /** PEM of a private CA or of the server's own certificate; when given, it alone is trusted. */
  readonly ca?: string;
  /** Which folder has which role, where the owner says it. */
  readonly roles?: FolderRoles;
  /** The key or certificate that the server must show, as in shared/imap/pin.ts; it stands in for the name. */
  readonly pin?: string;
};

export type MailSession = {
  /** Another one once the connection was taken over and given back: not to be kept. */
  readonly client: ImapFlow;
  /** Names server and user: what was heard on one connection holds for the next. */
  readonly peer: string;
  /** Listings have them in place of what the server says. */
  readonly roles: FolderRoles;
  /** CONDSTORE is enabled by now, not merely offered (RFC 7162 section 3.1). */
  readonly condstore: boolean;
  readonly qresync: boolean;
  readonly move: boolean;
  readonly uidplus: boolean;
  /** Messages have an EMAILID (RFC 8474). */
  readonly objectid: boolean;
  /** The server's own, which a client that the connection was given back to does not know. */
  readonly greeting: string;
  /** Throws `deadline.reached`, and closes the connection, once its time is over: to be asked before anything is sent. */
  readonly requireTime: () => void;
  /** So many milliseconds from now are left to it, in place of what was. */
  readonly giveTime: (timeoutMs: number) => void;
  /** What was taken over, and is at rest, is `client`'s again. */
  readonly giveBack: (connection: TakenConnection, rest: Rest) => Promise<void>;
};

export type SessionOptions = {
  readonly server: MailServer;
  readonly credential: Credential;
  readonly egress: EgressPolicy;
  /** Milliseconds from now after which the socket is destroyed, whatever is under way. */
  readonly timeoutMs: number;
};

/** Connects, logs in, runs `act` and closes. Errors of the connection come out as `imap.*`. */
export const withSession = async <Result>(
  options: SessionOptions,
  act: (session: MailSession) => Promise<Result>,
): Promise<Result> => {
  const address = await resolveHost(options.egress, options.server.host, options.server.port);
  let endsAt = Date.now() + Math.max(options.timeoutMs, 0);
  let timedOut = false;
  let loggedIn = (): boolean => false;
  const requireTime = (): void => {
    // A worker that was frozen wakes up before its timers do, and another may hold the account by then.
    if (Date.now() < endsAt) return;
    timedOut = true;
    client.close();
    throw new MailyardError('deadline.reached', 'no command is sent any more');
  };
  const prepared = (made: ImapFlow): ImapFlow => {
    ({ loggedIn } = withoutChatter(made, options.server.host, requireTime));
    // Without a listener an error on the socket would end the process.
    made.on('error', () => undefined);
    return made;
  };
  let client = prepared(new ImapFlow(clientOptions(options, address)));
  const destroy = (): void => client.close();
  openConnections.add(destroy);
  const connect = async (isFirst: boolean): Promise<void> => {
    await client.connect().catch((error: unknown) => {
      throw imapError(error, isFirst);
    });
    requireTls(client);
    // A greeting of PREAUTH (RFC 9051 section 7.1.4) lets us in as somebody, unasked: not as the owner who gave a password.
    if (isFirst && !loggedIn()) throw imapError({ tlsFailed: true, message: 'PREAUTH' });
  };
  const expire = (): void => {
    timedOut = true;
    client.close();
  };
  let timer = setTimeout(expire, Math.max(options.timeoutMs, 0));
  const giveTime = (timeoutMs: number): void => {
    clearTimeout(timer);
    endsAt = Date.now() + Math.max(timeoutMs, 0);
    timer = setTimeout(expire, Math.max(timeoutMs, 0));
  };
  try {
    await connect(true);
    rememberSession(options.server, socketOf(client));
    const giveBack: MailSession['giveBack'] = async (connection, rest) => {
      client = prepared(nextClient(client, connection, rest, clientOptions(options, address)));
      await connect(false);
      connection.release();
    };
    return await act(
      sessionOf(() => client, { giveBack, requireTime, giveTime, greeting: String(client.greeting) }, options.server),
    );
  } catch (error) {
    if (timedOut) throw new MailyardError('deadline.reached', 'the mail server took too long', { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
    client.close();
    openConnections.delete(destroy);
  }
};

/** How to destroy each connection of this process that nobody closed yet. */
const openConnections = new Set<() => void>();

/**
 * For a process that does one thing at a time, at the start of the next: a connection that is still open then is left over from
 * an invocation that was frozen, and nothing of it may be sent any more. Gives how many there were.
 */
export const destroyLeftOver = (): number => {
  const count = openConnections.size;
  for (const destroy of openConnections) destroy();
  openConnections.clear();
  return count;
};

const sessionOf = (
  current: () => ImapFlow,
  actions: Pick<MailSession, 'giveBack' | 'requireTime' | 'giveTime' | 'greeting'>,
  { roles = {}, host, port, user }: MailServer,
): MailSession => ({
  peer: JSON.stringify([host, port, user]),
  roles,
  get client() {
    return current();
  },
  get condstore() {
    return current().enabled.has('CONDSTORE');
  },
  get qresync() {
    return current().enabled.has('QRESYNC');
  },
  get move() {
    return current().capabilities.has('MOVE');
  },
  get uidplus() {
    return current().capabilities.has('UIDPLUS');
  },
  get objectid() {
    return current().capabilities.has('OBJECTID');
  },
  ...actions,
});

const clientOptions = ({ server, credential }: SessionOptions, address: string) => ({
  host: address,
  // An IP literal cannot be a server name (RFC 6066 section 3); the certificate is then checked against the address.
  ...(isName(server.host) ? { servername: server.host } : {}),
  port: server.port,
  secure: server.tls === 'implicit',
  ...(server.tls === 'starttls' ? { doSTARTTLS: true } : {}),
  tls: {
    minVersion: 'TLSv1.2' as const,
    rejectUnauthorized: true,
    secureContext: contextFor(server.ca),
    ...(server.pin === undefined ? {} : { checkServerIdentity: pinCheck(server.pin) }),
    ...resumed(server),
  },
  auth: {
    user: server.user,
    ...(credential.kind === 'password' ? { pass: credential.password } : { accessToken: credential.accessToken }),
  },
  logger: false as const,
  clientInfo: { name: 'Mailyard' },
  disableAutoIdle: true,
  disableAutoEnable: true,
  disableCompression: true,
  disableIMAP4rev2: true,
  connectionTimeout: LIMITS.connectSeconds * 1_000,
  greetingTimeout: LIMITS.greetingSeconds * 1_000,
  socketTimeout: LIMITS.socketIdleSeconds * 1_000,
  maxLineLength: LIMITS.literalBytesMax,
  maxLiteralSize: LIMITS.literalBytesMax,
  maxResponseSize: LIMITS.responseBytesMax,
});

const resumed = (server: MailServer): { session?: Buffer } => {
  const session = sessionFor(server);
  return session === undefined ? {} : { session };
};

/** Not in imapflow's types; the version is pinned. */
const socketOf = (client: ImapFlow): Socket | undefined => (client as unknown as { socket?: Socket }).socket;

const isName = (host: string): boolean => !/^[\d.]+$/.test(host) && !host.includes(':');

/** The last line of defence: imapflow was told to insist on TLS, and this looks. */
const requireTls = (client: ImapFlow): void => {
  if (!client.secureConnection) throw new MailyardError('imap.tls-required', 'the connection is not encrypted');
};
