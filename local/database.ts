/** The embedded DynamoDB, kept in the data folder. It knows no passwords, and so listens nowhere. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dynalite from 'dynalite';
import { MailyardError } from '../shared/errors.ts';
import { bringUpToDate } from '../shared/store/layout.ts';
import { ensureTable } from '../shared/store/schema.ts';
import { connectTable, type Table } from '../shared/store/table.ts';
import { UsageError } from '../shared/terminal/usage-error.ts';
import { withoutSockets } from './without-sockets.ts';

export type Database = { readonly table: Table; readonly close: () => Promise<void> };

/** Throws UsageError when another Mailyard has the folder open. */
export const openDatabase = async (dataFolder: string): Promise<Database> => {
  const path = join(dataFolder, 'db');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  await requireOpenable(path, dataFolder);
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const table = connectTable('mailyard', {
    endpoint: 'http://localhost',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    ...withoutSockets(server),
  });
  const close = async (): Promise<void> => {
    table.client.destroy();
    await closeFiles(server);
  };
  try {
    await ensureTable(table);
    await bringUpToDate(table);
  } catch (error) {
    await close();
    throw error;
  }
  return { table, close };
};

/** dynalite closes its files behind a server that listens, and behind no other: it does for a moment, where nobody else may enter. */
const closeFiles = async (server: Server): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'mailyard-'));
  server.listen(join(folder, 'db'));
  await once(server, 'listening');
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true, force: true });
};

type LevelConstructor = new (path: string) => { open: () => Promise<void>; close: () => Promise<void> };

/** Looks with dynalite's own LevelDB, as dynalite itself throws what LevelDB refuses where nobody can catch it. */
const requireOpenable = async (path: string, dataFolder: string): Promise<void> => {
  const { Level } = createRequire(import.meta.resolve('dynalite'))('level') as { readonly Level: LevelConstructor };
  const level = new Level(path);
  try {
    await level.open();
  } catch (error) {
    if (causeCode(error) === 'LEVEL_LOCKED') {
      throw new UsageError(`${dataFolder} is in use by another Mailyard; stop it, or give another folder with --data`);
    }
    throw new MailyardError('local.data-unreadable', `the database in ${path} cannot be opened`, { cause: error });
  }
  await level.close();
};

const causeCode = (error: unknown): unknown => {
  const { cause } = error instanceof Error ? error : {};
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
};
