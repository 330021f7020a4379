import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findKnownFolder, readFolders } from '../../shared/service/read-folders.ts';
import { putAccount } from '../api/api-under-test.ts';
import { folderOf, putFolders } from '../api/seed.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let started: TestTable;
before(async () => {
  started = await startTable();
});
after(() => started.stop());

test('folders come in order of path, over many cursor pages, and a new one shifts no page', async () => {
  const ref = { tenant: 'acme', accountId: 'a1' };
  await putAccount(started.table, 'acme', 'a1');
  const names = Array.from({ length: 45 }, (_, i) => `Folder ${String(i * 2).padStart(3, '0')} ${'x'.repeat(i)}`);
  const folders = names.map((path, i) => folderOf((i + 1).toString(36), path));
  await putFolders(started.table, ref, folders.toReversed());
  const seen: string[] = [];
  let place: string | undefined;
  do {
    const wanted = { ...ref, limit: 10, ...(place === undefined ? {} : { after: place }) };
    const page = await readFolders(started, wanted);
    seen.push(...page.folders.map(({ path }) => path));
    place = page.next;
    await putFolders(started.table, ref, [folderOf('zz', 'Folder 000'), ...folders]);
  } while (place !== undefined);
  assert.deepEqual(seen, names);
});

test('the folders of an account that is not there are not found', async () => {
  await assert.rejects(readFolders(started, { tenant: 'acme', accountId: 'none', limit: 1 }), { code: 'not-found' });
});

test('a folder is meant by its path or its role; the inbox always has its role', () => {
  const folders = [folderOf('1', 'INBOX'), folderOf('2', 'Old', { role: 'archive' }), folderOf('3', 'role:x')];
  const idOf = (name: string) => findKnownFolder(folders, name)?.id;
  assert.deepEqual(['inbox', 'role:inbox', 'role:archive', 'role:x', 'old', 'role:trash'].map(idOf), [
    '1',
    '1',
    '2',
    '3',
    undefined,
    undefined,
  ]);
});
