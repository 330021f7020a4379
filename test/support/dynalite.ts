/** The embedded database on a free loopback port, in memory unless a folder is given. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { withoutSockets } from '../../local/without-sockets.ts';
import { ensureTable } from '../../shared/store/schema.ts';
import { connectTable, type Table } from '../../shared/store/table.ts';
import { isWatching, watch } from './canary.ts';

export type TestTable = { readonly table: Table; readonly endpoint: string; stop(): Promise<void> };

/** `through` gives the endpoint by which the database is spoken to, in place of no socket at all. */
export const startTable = async (
  name = 'mailyard',
  through?: (endpoint: string) => string | Promise<string>,
): Promise<TestTable> => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  if (isWatching) server.prependListener('request', watchRequest);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const table = connectTable(name, {
    ...(through === undefined ? { endpoint, ...withoutSockets(server) } : { endpoint: await through(endpoint) }),
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await ensureTable(table);
  return {
    table,
    endpoint,
    stop: async () => {
      table.client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** All that is written and asked, on its way into the database: also what is taken away again before anybody looks. */
const watchRequest = (request: IncomingMessage): void => {
  const chunks: Buffer[] = [];
  request.on('data', (bytes: Buffer) => chunks.push(bytes));
  request.once('end', () => watch('table', Buffer.concat(chunks)));
};
