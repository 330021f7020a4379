/**
 * The wire: a TCP proxy on loopback that adds half the round trip each way, and one for the set-up of TCP. Counts bytes; a
 * round that is counted instead of timed goes through the tap, which sees the commands inside TLS.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { answerParent } from './child.ts';
import { openTap, type Tap, type TapCertificate } from './command-tap.ts';
import { delayLine } from './delay-line.ts';
import type { Traffic } from './delay-proxy.ts';

export type Aim = {
  readonly port: number;
  readonly rttMs: number;
  /** Look inside TLS: slower, so for counting alone. */
  readonly tap: boolean;
};

let aim: Aim | undefined;
let tap: Tap | undefined;
const sums = { connections: 0, bytesUp: 0, bytesDown: 0, packetsUp: 0 };
/** What one packet of Ethernet carries, and how many of TCP's own go out with each connection: SYN, ACK, FIN, ACK. */
const SEGMENT_BYTES = 1_460;
const OWN_PACKETS = 4;

const carry = (client: Socket): void => {
  if (aim === undefined || tap === undefined) {
    client.destroy();
    return;
  }
  const { rttMs } = aim;
  const openedAt = performance.now();
  const port = aim.tap ? tap.port : aim.port;
  sums.connections += 1;
  sums.packetsUp += OWN_PACKETS;
  const up = delayLine(rttMs / 2);
  const down = delayLine(rttMs / 2);
  // The client thinks it is connected at once; what it sends waits until a real SYN-ACK would have come.
  const synAckAt = openedAt + rttMs;
  const receive = (socket: Socket, target: Socket): void => {
    socket.on('data', (chunk: Buffer) => {
      sums.bytesDown += chunk.length;
      // Every second packet is acknowledged (RFC 1122 section 4.2.3.2), and the last of what came at once.
      sums.packetsUp += Math.ceil(chunk.length / (2 * SEGMENT_BYTES));
      down.push(() => target.write(chunk));
    });
    socket.on('error', () => down.push(() => target.destroy()));
    socket.on('end', () => down.push(() => target.end()));
  };
  const server = new Promise<Socket>((resolve) => {
    up.push(() => {
      const socket = connect(port, '127.0.0.1').setNoDelay(true);
      receive(socket, client);
      resolve(socket);
    }, synAckAt);
  });
  const send = (act: (socket: Socket) => void): void => up.push(() => void server.then(act), synAckAt);
  client.setNoDelay(true);
  client.on('data', (chunk: Buffer) => {
    sums.bytesUp += chunk.length;
    sums.packetsUp += Math.ceil(chunk.length / SEGMENT_BYTES);
    send((socket) => socket.write(chunk));
  });
  client.on('error', () => send((socket) => socket.destroy()));
  client.on('end', () => send((socket) => socket.end()));
};

const handlers = {
  /** The port that clients connect to. */
  open: async (certificate: TapCertificate): Promise<number> => {
    tap = await openTap(certificate, () => aim?.port ?? 0);
    const server = createServer({ allowHalfOpen: true }, carry).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  /** For connections from now on. */
  aim: (next: Aim): void => {
    aim = next;
  },
  /** What went by since it was last asked. */
  take: (): Traffic => {
    const traffic = { ...sums, ...tap?.take() };
    Object.assign(sums, { connections: 0, bytesUp: 0, bytesDown: 0, packetsUp: 0 });
    return traffic;
  },
};
export type ProxyCalls = typeof handlers;

answerParent(handlers);
