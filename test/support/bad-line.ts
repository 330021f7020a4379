/**
 * A TCP line to a mail server that goes bad: it carries bytes as they are, TLS and all, until as many came from the server as
 * it was told. Which connection is treated how is asked when it opens.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How a connection goes bad after `bytes` bytes from the server. */
export type BadLine = {
  readonly how: /** TCP RST. */
    | 'reset'
    /** Neither side hears of the other again, and both stay connected. */
    | 'stall'
    /** No more from the server, which still hears the client. */
    | 'half-close'
    /** Both directions end, within a TLS record and without its closing alert. */
    | 'cut'
    /** Bytes that are no TLS. */
    | 'garbage'
    /** Nothing goes wrong, but all bytes from the server come one by one. */
    | 'trickle'
    /** Nothing for `silenceMs`, then on as if nothing had been. */
    | 'silence';
  readonly bytes: number;
  readonly silenceMs?: number;
};

/** A connection's own line, or a good one that tells how many bytes came from the server. */
export type Line = BadLine | { readonly how: 'watch'; readonly onBytes: (count: number) => void };

export type BadLineServer = {
  readonly port: number;
  /** Connections that went bad. */
  readonly bad: () => number;
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
};

export const startBadLine = async (port: number, choose: () => Line | undefined): Promise<BadLineServer> => {
  const sockets = new Set<Socket>();
  const counts = { connections: 0, bad: 0 };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    counts.connections += 1;
    const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).setNoDelay(true);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('end', () => other.end());
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    carry(client, upstream, choose(), () => {
      counts.bad += 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    bad: () => counts.bad,
    connections: () => counts.connections,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const carry = (client: Socket, upstream: Socket, line: Line | undefined, onBad: () => void): void => {
  client.on('data', (bytes: Buffer) => upstream.write(bytes));
  if (line === undefined) {
    upstream.on('data', (bytes: Buffer) => client.write(bytes));
    return;
  }
  if (line.how === 'watch') {
    upstream.on('data', (bytes: Buffer) => {
      line.onBytes(bytes.length);
      client.write(bytes);
    });
    return;
  }
  let left = line.bytes;
  let isBad = false;
  let turn = Promise.resolve();
  upstream.on('data', (bytes: Buffer) => {
    if (isBad) {
      if (line.how === 'trickle') turn = turn.then(() => trickle(client, bytes));
      else if (line.how === 'silence') turn = turn.then(() => void client.write(bytes));
      return;
    }
    if (bytes.length <= left) {
      left -= bytes.length;
      client.write(bytes);
      return;
    }
    isBad = true;
    onBad();
    if (left > 0) client.write(bytes.subarray(0, left));
    const rest = bytes.subarray(left);
    if (line.how === 'trickle') turn = turn.then(() => trickle(client, rest));
    else if (line.how === 'silence') turn = sleep(line.silenceMs ?? 0).then(() => void client.write(rest));
    else spoil(client, upstream, line.how);
  });
};

const spoil = (client: Socket, upstream: Socket, how: Exclude<BadLine['how'], 'trickle' | 'silence'>): void => {
  switch (how) {
    case 'reset':
      client.resetAndDestroy();
      return;
    case 'stall':
      client.pause();
      upstream.pause();
      return;
    case 'half-close':
      client.end();
      return;
    case 'cut':
      client.end();
      upstream.destroy();
      return;
    case 'garbage':
      client.write(randomBytes(64));
  }
};

const trickle = async (client: Socket, bytes: Buffer): Promise<void> => {
  for (const byte of bytes) {
    if (client.destroyed) return;
    client.write(Buffer.from([byte]));
    await new Promise(setImmediate);
  }
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
