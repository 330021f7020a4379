/** An IMAP server on loopback that logs anybody in, and answers the bulk listing as a test tells it, lies included. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { ImapFlow } from 'imapflow';

/** A command of the bulk listing; `name` is that of the folder opened last, or being opened. */
export type Asked = { readonly tag: string; readonly text: string; readonly folder: string };
/** Undefined: this command is left without an answer. */
export type Answer = (asked: Asked, socket: Socket) => string | undefined;

export type ScriptedServer = {
  /** Everything the bulk listing sent, line by line. */
  readonly asked: string[];
  readonly sockets: Socket[];
  /** A client that is logged in, as a session holds it. */
  readonly login: () => Promise<{ client: ImapFlow }>;
  readonly stop: () => Promise<void>;
};

export const startScriptedServer = async (answer: Answer, greeting = '* PREAUTH ready'): Promise<ScriptedServer> => {
  const asked: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    let rest = '';
    let folder = '';
    socket.write(`${greeting}\r\n`);
    socket.setEncoding('latin1').on('data', (text: string) => {
      const all = (rest + text).split('\r\n');
      rest = all.pop() ?? '';
      for (const line of all) {
        const [, tag = '', command = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
        // Tags of the bulk listing and of pipes; all others are imapflow's.
        if (!/^[yp]\d/.test(tag)) {
          socket.write(handshake(tag, command));
          continue;
        }
        asked.push(line);
        folder = /^EXAMINE "(.*)"$/.exec(command)?.[1] ?? folder;
        const bytes = answer({ tag, text: command, folder }, socket);
        if (bytes !== undefined && !socket.destroyed) socket.write(bytes, 'latin1');
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    asked,
    sockets,
    login: async () => {
      const client = new ImapFlow({
        host: '127.0.0.1',
        port,
        secure: false,
        doSTARTTLS: false,
        auth: { user: 'alice', pass: 'secret' },
        logger: false,
        disableAutoIdle: true,
        disableCompression: true,
      });
      client.on('error', () => undefined);
      await client.connect();
      return { client };
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

const handshake = (tag: string, command: string): string =>
  /^CAPABILITY/i.test(command) ? `* CAPABILITY IMAP4rev1 ESEARCH\r\n${tag} OK done\r\n` : `${tag} OK done\r\n`;

/** A folder with these messages, answered as it should be. */
export const wellBehaved =
  (messages: (folder: string) => number): Answer =>
  ({ tag, text, folder }) => {
    const count = messages(folder);
    if (text.startsWith('EXAMINE')) {
      return `* FLAGS (\\Seen)\r\n* ${count} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT ${count + 1}] ok\r\n${tag} OK [READ-ONLY] done\r\n`;
    }
    const rows = Array.from({ length: count }, (_, i) => `* ${i + 1} FETCH (UID ${i + 1} FLAGS (\\Seen))\r\n`);
    return `${rows.join('')}${tag} OK done\r\n`;
  };
