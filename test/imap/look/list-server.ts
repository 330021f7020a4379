/** An IMAP server on loopback that logs anybody in, and answers LIST as a test tells it, lies included. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import type { TakenConnection } from '../../../shared/imap/bulk/take-over.ts';
import { nextClient, type Rest } from '../../../shared/imap/give-back.ts';
import { withoutChatter } from '../../../shared/imap/lean.ts';
import type { MailSession } from '../../../shared/imap/session.ts';

/** Everything a LIST is answered with; `z1` and the like stands for its tag as `%`. Undefined: nothing. */
export type ListAnswers = (command: string, socket: Socket) => string | Buffer | undefined;

export type ListServer = {
  /** Every command, without its tag. */
  readonly asked: string[];
  readonly login: () => Promise<MailSession>;
  readonly stop: () => Promise<void>;
};

const CAPABILITIES = 'IMAP4rev1 LIST-EXTENDED LIST-STATUS SPECIAL-USE CONDSTORE APPENDLIMIT=35';

export const startListServer = async (answer: ListAnswers, capabilities = CAPABILITIES): Promise<ListServer> => {
  const asked: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.write(`* PREAUTH [CAPABILITY ${capabilities}] ready\r\n`);
    let rest = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      const lines = (rest + text).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const [, tag = '', command = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
        asked.push(command);
        const said = command.startsWith('LIST ') ? answer(command, socket) : '% OK done\r\n';
        if (said === undefined || socket.destroyed) continue;
        const bytes = typeof said === 'string' ? Buffer.from(said) : said;
        socket.write(bytes.toString('latin1').replaceAll('%', tag), 'latin1');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    asked,
    login: () => login(port),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** As withSession makes it, but for TLS. */
const login = async (port: number): Promise<MailSession> => {
  const options: ImapFlowOptions = {
    host: '127.0.0.1',
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user: 'alice', pass: 'secret' },
    logger: false,
    disableAutoIdle: true,
    disableAutoEnable: true,
    disableCompression: true,
  };
  const connected = async (made: ImapFlow): Promise<ImapFlow> => {
    withoutChatter(made, '127.0.0.1', () => undefined);
    made.on('error', () => undefined);
    await made.connect();
    return made;
  };
  let client = await connected(new ImapFlow(options));
  return {
    get client() {
      return client;
    },
    peer: 'list-server',
    roles: {},
    condstore: false,
    qresync: false,
    move: false,
    uidplus: false,
    objectid: false,
    greeting: '',
    requireTime: () => undefined,
    giveTime: () => undefined,
    giveBack: async (connection: TakenConnection, rest: Rest) => {
      client = await connected(nextClient(client, connection, rest, options));
    },
  };
};
