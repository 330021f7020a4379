/** A demo server in a folder of its own, and imapflow clients that trust its certificate alone. */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { ImapFlow } from 'imapflow';
import { localCertificate } from '../../local/demo/certificate.ts';
import type { SeedFolder } from '../../local/demo/seed-folder.ts';
import { type DemoServer, type DemoServerOptions, startDemoServer } from '../../local/demo/server.ts';

export const USER = 'robin@studio.example';
export const PASSWORD = 'pass "word" \\ 7';

export const FOLDERS: readonly SeedFolder[] = [
  { path: 'INBOX', messages: [] },
  { path: 'Drafts', specialUse: '\\Drafts', messages: [] },
  { path: 'Archive', specialUse: '\\Archive', messages: [] },
];

export const inboxOf = (...sources: (Buffer | string)[]): SeedFolder[] => [
  {
    path: 'INBOX',
    messages: sources.map((source) => ({ source: Buffer.from(source as string), flags: [], receivedAt: new Date(0) })),
  },
  ...FOLDERS.slice(1),
];

export const temporaryFolder = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'mailyard-demo-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

export const startDemo = async (
  t: TestContext,
  dataFolder: string,
  options: Partial<DemoServerOptions> = {},
): Promise<DemoServer> => {
  const certificate = await localCertificate(dataFolder);
  const server = await startDemoServer({
    dataFolder,
    port: 0,
    certificate,
    user: USER,
    password: PASSWORD,
    seed: () => FOLDERS,
    ...options,
  });
  t.after(() => server.stop());
  return server;
};

export const clientFor = async (
  dataFolder: string,
  port: number,
  auth: { user?: string; pass?: string; loginMethod?: string } = {},
): Promise<ImapFlow> => {
  const { certPem } = await localCertificate(dataFolder);
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: true,
    auth: { user: USER, pass: PASSWORD, ...auth },
    tls: { ca: certPem },
    logger: false,
    disableAutoIdle: true,
  });
  // What a closing server does to the connection is seen by the calls.
  client.on('error', () => undefined);
  return client;
};

export const connect = async (t: TestContext, dataFolder: string, port: number): Promise<ImapFlow> => {
  const client = await clientFor(dataFolder, port);
  await client.connect();
  t.after(() => client.close());
  return client;
};

/** Sends all lines at once over TLS and returns what came back within the time a loopback answer takes. */
export const converse = async (
  folder: string,
  port: number,
  commands: readonly string[],
  toLine = (command: string, index: number): string => `a${index} ${command}`,
): Promise<string[]> => {
  const { certPem } = await localCertificate(folder);
  const socket = connectTls({ host: '127.0.0.1', port, ca: certPem });
  let received = '';
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
  });
  await once(socket, 'secureConnect');
  socket.write(commands.map((command, index) => `${toLine(command, index)}\r\n`).join(''));
  const last = `a${commands.length - 1} `;
  for (let waited = 0; waited < 3_000 && !received.split('\r\n').some((line) => line.startsWith(last)); waited += 20) {
    await pause(20);
  }
  socket.destroy();
  return received.split('\r\n');
};

export const LOGIN = 'LOGIN {20+}\r\nrobin@studio.example {15+}\r\npass "word" \\ 7';
