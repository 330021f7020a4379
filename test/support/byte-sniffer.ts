/** A TCP proxy that keeps every byte that passes, and may change what the server says: what a listener on the line sees and can do. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type ByteSniffer = {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** All that clients sent, one connection after the other. */
  readonly sent: () => Buffer;
  readonly received: () => Buffer;
  readonly connections: () => number;
  /** Ends every connection at once; new ones are taken. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
};

export type Rewrite = (fromServer: Buffer) => Buffer;
/** A server that is played by the test; it answers into the socket. */
export type Played = (socket: Socket) => void;

/** `behind` is a port of 127.0.0.1 or a server played by the test; `port` 0 takes any that is free. */
export const startSniffer = async (
  behind: number | Played,
  { port = 0, rewrite = (bytes) => bytes }: { readonly port?: number; readonly rewrite?: Rewrite } = {},
): Promise<ByteSniffer> => {
  const sent: Buffer[] = [];
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    // A reset is how the other side hangs up; the test looks at the bytes.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    connections += 1;
    keep(client).on('data', (bytes: Buffer) => sent.push(bytes));
    const say = (bytes: Buffer): void => {
      received.push(bytes);
      client.write(bytes);
    };
    if (typeof behind !== 'number') {
      behind(client);
      return;
    }
    const real = keep(connect(behind, '127.0.0.1'));
    client.on('data', (bytes: Buffer) => real.write(bytes));
    real.on('data', (bytes: Buffer) => say(rewrite(bytes)));
    client.on('close', () => real.destroy());
    real.on('close', () => client.end());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    sent: () => Buffer.concat(sent),
    received: () => Buffer.concat(received),
    connections: () => connections,
    cut,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
};

/** The forms in which a password goes over a line: as it is, quoted, and base64 alone or in SASL PLAIN and LOGIN (RFC 4616). */
export const passwordForms = (user: string, password: string): Readonly<Record<string, string>> => ({
  raw: password,
  quoted: `"${password.replace(/["\\]/g, '\\$&')}"`,
  base64: base64(password),
  base64url: Buffer.from(password).toString('base64url'),
  plain: base64(`\0${user}\0${password}`),
  'plain with an authorization identity': base64(`${user}\0${user}\0${password}`),
  hex: Buffer.from(password).toString('hex'),
});

/** Names of the forms found in the bytes. base64 is found at any of its three offsets too. */
export const passwordsIn = (bytes: Uint8Array, user: string, password: string): string[] => {
  const text = Buffer.from(bytes).toString('latin1');
  const found = Object.entries(passwordForms(user, password)).filter(([, form]) => text.includes(form));
  const shifted = ['x', 'xx'].map((before) => base64(before + password).slice(4, -4));
  return [
    ...found.map(([name]) => name),
    ...shifted.filter((part) => text.includes(part)).map(() => 'base64 within other text'),
  ];
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');
