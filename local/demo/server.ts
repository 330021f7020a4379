/**
 * The demo mailbox of `npm start`: an IMAP server on 127.0.0.1, over TLS alone, with one user, whose mail outlives a restart.
 * hoodiecrow-imap speaks the protocol; the plugins beside this file replace what it does wrongly or not lastingly.
 */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import hoodiecrow from 'hoodiecrow-imap';
import { MailyardError } from '../../shared/errors.ts';
import type { LocalCertificate } from './certificate.ts';
import { internalDate, openMailStore } from './mail-store.ts';
import { makeRoom } from './make-room.ts';
import { argumentsPlugin } from './plugin-arguments.ts';
import { fetchPlugin } from './plugin-fetch.ts';
import { foldersPlugin } from './plugin-folders.ts';
import { loginPlugin } from './plugin-login.ts';
import { messagesPlugin } from './plugin-messages.ts';
import { rangesPlugin } from './plugin-ranges.ts';
import { sessionPlugin } from './plugin-session.ts';
import { exists } from './replies.ts';
import type { SeedFolder } from './seed-folder.ts';

const HOST = '127.0.0.1';
const MESSAGES_MAX = 2_000;
const HANDSHAKE_MS = 10_000;

export type DemoServerOptions = {
  readonly dataFolder: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly certificate: Pick<LocalCertificate, 'certPem' | 'keyPem'>;
  readonly user: string;
  readonly password: string;
  /** What a new mailbox holds; not called when one is kept. */
  readonly seed: () => readonly SeedFolder[];
  /** Lines for the terminal: oldest mail dropped, a change that could not be saved. */
  readonly report?: (line: string) => void;
  /** Default 2,000. Over it, `deliver` drops the oldest mail and reports it. */
  readonly messagesMax?: number;
};

export type Delivery = { readonly uid: number; readonly uidValidity: number };

export type DemoServer = {
  readonly host: typeof HOST;
  readonly port: number;
  /** As a mail server would: a new message, told to every client that watches. It is on the disk when this returns. */
  deliver(source: Buffer | string, options?: { mailbox?: string; receivedAt?: Date }): Delivery;
  /** Closes every connection and the port. */
  stop(): Promise<void>;
};

/** Throws `local.data-unreadable` when the kept mailbox cannot be read, and node's own error when the port is taken. */
export const startDemoServer = async (options: DemoServerOptions): Promise<DemoServer> => {
  const report = options.report ?? (() => undefined);
  const store = openMailStore(options.dataFolder, options.seed);
  const server = hoodiecrow({
    secureConnection: true,
    credentials: {
      cert: options.certificate.certPem,
      key: options.certificate.keyPem,
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_MS,
    },
    // Its own list names testuser; ours is in the login plugin.
    users: {},
    id: { name: 'Mailyard demo' },
    plugins: [
      'ID',
      'NAMESPACE',
      'UNSELECT',
      'LITERALPLUS',
      argumentsPlugin,
      rangesPlugin,
      loginPlugin(options),
      foldersPlugin(store),
      messagesPlugin(store),
      fetchPlugin,
      sessionPlugin(store, report),
    ],
  });
  // One listener a connection: the warning at eleven would be a false alarm.
  server.setMaxListeners(0);

  const sockets = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    // A reply is many small writes: held back until the one before is acknowledged (RFC 896), each command would take 40 ms.
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listening = once(server.server, 'listening');
  server.listen(options.port, HOST, () => undefined);
  await listening;
  // Such as too many open files: the next connection may do better.
  server.server.on('error', (error) => report(`The demo mailbox could not take a connection: ${error.message}`));
  const { port } = server.server.address() as AddressInfo;

  return {
    host: HOST,
    port,
    deliver: (source, { mailbox = 'INBOX', receivedAt = new Date() } = {}) => {
      const target = server.getMailbox(mailbox);
      if (target === undefined) throw new MailyardError('not-found', `the demo mailbox has no folder ${mailbox}`);
      makeRoom(server, store, options.messagesMax ?? MESSAGES_MAX, report);
      const raw = (typeof source === 'string' ? Buffer.from(source) : source).toString('latin1');
      const { uid } = store.append(target, { raw, flags: [], internaldate: internalDate(receivedAt) });
      store.save();
      server.notify(exists(target.messages.length), target);
      return { uid, uidValidity: target.uidvalidity };
    },
    stop: async () => {
      try {
        store.save();
      } catch (error) {
        report(`The demo mailbox could not be saved: ${error instanceof Error ? error.message : 'unknown'}`);
      }
      const closed = new Promise<void>((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
