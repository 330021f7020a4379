/**
 * The embedded DynamoDB, kept in the data folder. It listens on a socket file in a folder of its own that nobody else may
 * enter, as it knows no passwords.
 */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dynalite from 'dynalite';
import { MailyardError } from '../shared/errors.ts';
import { bringUpToDate } from '../shared/store/layout.ts';
import { ensureTable } from '../shared/store/schema.ts';
import { connectTable, type Table } from '../shared/store/table.ts';
import { UsageError } from '../shared/terminal/usage-error.ts';

export type Database = { readonly table: Table; readonly close: () => Promise<void> };

/** Throws UsageError when another Mailyard has the folder open. */
export const openDatabase = async (dataFolder: string): Promise<Database> => {
  const path = join(dataFolder, 'db');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  await requireOpenable(path, dataFolder);
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const socketFolder = mkdtempSync(join(tmpdir(), 'mailyard-'));
  const socketPath = join(socketFolder, 'db');
  server.listen(socketPath);
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true, socketPath } as ConstructorParameters<typeof Agent>[0]);
  const table = connectTable('mailyard', {
    endpoint: 'http://localhost',
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: { httpAgent: agent },
  });
  const close = async (): Promise<void> => {
    table.client.destroy();
    agent.destroy();
    await new Promise((done) => server.close(done));
    rmSync(socketFolder, { recursive: true, force: true });
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
