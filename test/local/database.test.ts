import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openDatabase } from '../../local/database.ts';
import { isMailyardError } from '../../shared/errors.ts';
import { createHead, readHead } from '../../shared/store/head.ts';
import { UsageError } from '../../shared/terminal/usage-error.ts';
import { temporaryFolder } from './temporary-folder.ts';

const REF = { tenant: 'local', accountId: 'a' };
const socketFolders = (folder: string): string[] => readdirSync(folder).filter((name) => name !== 'data');

/** Where the system keeps what is temporary, the socket's folder among it, until the test is over. */
const ownTemporaryFolder = async (t: TestContext): Promise<string> => {
  const folder = await temporaryFolder(t);
  const usual = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  t.after(() => {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
  });
  return folder;
};

test('what was written is there after a restart', async (t) => {
  const temporary = await ownTemporaryFolder(t);
  const folder = join(temporary, 'data');
  const first = await openDatabase(folder);
  await createHead(first.table, REF, '60#0');
  await first.close();
  const second = await openDatabase(folder);
  assert.equal((await readHead(second.table, REF))?.pollGroup, '60#0');
  await second.close();
});

test('it listens nowhere, and leaves nothing behind', async (t) => {
  const temporary = await ownTemporaryFolder(t);
  const listening = () => process.getActiveResourcesInfo().filter((one) => /^(Pipe|TCPServer)/.test(one)).length;
  const before = listening();
  const database = await openDatabase(join(temporary, 'data'));
  assert.equal(listening(), before);
  assert.deepEqual(socketFolders(temporary), []);
  await database.close();
  assert.deepEqual(socketFolders(temporary), []);
});

test('a second opener is told in a sentence, and the first works on', async (t) => {
  const temporary = await ownTemporaryFolder(t);
  const folder = join(temporary, 'data');
  const first = await openDatabase(folder);
  await assert.rejects(openDatabase(folder), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /data is in use by another Mailyard; stop it, or give another folder with --data$/);
    return true;
  });
  assert.deepEqual(socketFolders(temporary), []);
  await createHead(first.table, REF, '60#0');
  await first.close();
  await (await openDatabase(folder)).close();
});

test('a database that cannot be read is told in a sentence', async (t) => {
  const temporary = await ownTemporaryFolder(t);
  const folder = join(temporary, 'data');
  await (await openDatabase(folder)).close();
  writeFileSync(join(folder, 'db', 'CURRENT'), 'MANIFEST-999999\n');
  await assert.rejects(openDatabase(folder), (error) => isMailyardError(error, 'local.data-unreadable'));
  assert.deepEqual(socketFolders(temporary), []);
});
