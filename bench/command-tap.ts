/** Ends TLS and begins it anew on the way to the server, to count commands and turns in between. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { commandCounter } from './command-counter.ts';

/** PEM; the server's own, so that a client cannot tell. */
export type TapCertificate = { readonly certPem: string; readonly keyPem: string; readonly caPem: string };

export type Tapped = {
  readonly commands: Readonly<Record<string, number>>;
  /** How often the client spoke after the server had: each costs a round trip. */
  readonly turns: number;
};

export type Tap = { readonly port: number; readonly take: () => Tapped | undefined };

/** `target` gives the port on loopback that speaks IMAP over TLS. */
export const openTap = async (certificate: TapCertificate, target: () => number): Promise<Tap> => {
  let commands: Record<string, number> = {};
  let turns = 0;
  const relay = (client: TLSSocket): void => {
    const counter = commandCounter((name) => {
      commands[name] = (commands[name] ?? 0) + 1;
    });
    let serverSpoke = true;
    const server = connect({ port: target(), host: '127.0.0.1', ca: certificate.caPem });
    client.on('data', (chunk: Buffer) => {
      if (serverSpoke) turns += 1;
      serverSpoke = false;
      counter.add(chunk);
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => {
      serverSpoke = true;
      client.write(chunk);
    });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
    }
  };
  const server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, relay).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    take: () => {
      if (turns === 0) return undefined;
      const tapped = { commands, turns };
      commands = {};
      turns = 0;
      return tapped;
    },
  };
};
