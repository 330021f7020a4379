/** One short connection to one mailbox: always over verified TLS, always closed, never longer than its deadline. */
import { ImapFlow } from 'imapflow';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { FolderRoles } from '../mail/folder.ts';
import type { Credential } from '../vault/credential.ts';
import type { TakenConnection } from './bulk/take-over.ts';
import { type EgressPolicy, resolveHost } from './egress.ts';
import { imapError } from './errors.ts';
import { nextClient } from './give-back.ts';
import { withoutChatter } from './lean.ts';

export type MailServer = {
  readonly host: string;
  readonly port: number;
  readonly tls: 'implicit' | 'starttls';
  readonly user: string;
  /** PEM; when given, it alone is trusted. */
  readonly ca?: string;
  /** Which folder has which role, where the owner says it. */
  readonly roles?: FolderRoles;
};

export type MailSession = {
  /** Another one once the connection was taken over and given back: not to be kept. */
  readonly client: ImapFlow;
  /** Listings have them in place of what the server says. */
  readonly roles: FolderRoles;
  /** CONDSTORE is enabled by now, not merely offered (RFC 7162 section 3.1). */
  readonly condstore: boolean;
  readonly qresync: boolean;
  readonly move: boolean;
  readonly uidplus: boolean;
  /** What was taken over, and is at rest, is `client`'s again; `rest`: what was read and belongs to no answer. */
  readonly giveBack: (connection: TakenConnection, rest: Buffer) => Promise<void>;
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
  const endsAt = Date.now() + Math.max(options.timeoutMs, 0);
  let timedOut = false;
  const prepared = (made: ImapFlow): ImapFlow => {
    withoutChatter(made, options.server.host, () => {
      // A worker that was frozen wakes up before its timers do, and another may hold the account by then.
      if (Date.now() < endsAt) return;
      timedOut = true;
      made.close();
      throw new MailyardError('deadline.reached', 'no command is sent any more');
    });
    openClients.add(made);
    // Without a listener an error on the socket would end the process.
    made.on('error', () => undefined);
    return made;
  };
  let client = prepared(new ImapFlow(clientOptions(options, address)));
  const connect = async (isFirst: boolean): Promise<void> => {
    await client.connect().catch((error: unknown) => {
      throw imapError(error, isFirst);
    });
    requireTls(client);
  };
  const timer = setTimeout(
    () => {
      timedOut = true;
      client.close();
    },
    Math.max(options.timeoutMs, 0),
  );
  try {
    await connect(true);
    const giveBack: MailSession['giveBack'] = async (connection, rest) => {
      const next = prepared(nextClient(client, connection, rest, clientOptions(options, address)));
      openClients.delete(client);
      client = next;
      await connect(false);
    };
    return await act(sessionOf(() => client, giveBack, options.server));
  } catch (error) {
    if (timedOut) throw new MailyardError('deadline.reached', 'the mail server took too long', { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
    client.close();
    openClients.delete(client);
  }
};

/** Connections of this process that nobody closed yet. */
const openClients = new Set<ImapFlow>();

/**
 * For a process that does one thing at a time, at the start of the next: a connection that is still open then is left over from
 * an invocation that was frozen, and nothing of it may be sent any more. Gives how many there were.
 */
export const destroyLeftOver = (): number => {
  const count = openClients.size;
  for (const client of openClients) client.close();
  openClients.clear();
  return count;
};

const sessionOf = (
  current: () => ImapFlow,
  giveBack: MailSession['giveBack'],
  { roles = {} }: MailServer,
): MailSession => ({
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
  giveBack,
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
    ...(server.ca === undefined ? {} : { ca: server.ca }),
  },
  auth: { user: server.user, pass: credential.password },
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

const isName = (host: string): boolean => !/^[\d.]+$/.test(host) && !host.includes(':');

/** The last line of defence: imapflow was told to insist on TLS, and this looks. */
const requireTls = (client: ImapFlow): void => {
  if (!client.secureConnection) throw new MailyardError('imap.tls-required', 'the connection is not encrypted');
};
