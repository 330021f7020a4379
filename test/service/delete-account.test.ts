import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deleteAccount } from '../../shared/service/delete-account.ts';
import { requestSync } from '../../shared/service/request-sync.ts';
import { createHead, dueAccounts, markDeleting, readHead } from '../../shared/store/head.ts';
import { commitHead, takeLease } from '../../shared/store/lease.ts';
import { allItems, putAccount } from '../api/api-under-test.ts';
import { folderOf, movePart, putFolders, putMessages, putRun } from '../api/seed.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let started: TestTable;
before(async () => {
  started = await startTable();
});
after(() => started.stop());

const fill = async (tenant: string, accountId: string): Promise<void> => {
  const ref = { tenant, accountId };
  await putAccount(started.table, tenant, accountId);
  await putFolders(started.table, ref, [folderOf('1', 'INBOX')]);
  await putMessages(started.table, ref, folderOf('1', 'INBOX'), [{ uid: 1, keywords: [] }], 1);
  await putRun(started.table, ref, '000000001-1', [movePart(0, [[1, 1]], { state: 'planned', attempt: 0 })]);
};
const remove = (id: string, revision: 'any' | number[] = 'any') =>
  deleteAccount(started, { tenant: 'acme', id, revision });

test('all that an account holds goes, and nothing else', async () => {
  await fill('acme', 'keep');
  await fill('acme#keep', 'a');
  const before = await allItems(started.table);
  await fill('acme', 'gone');
  await remove('gone', [1]);
  assert.deepEqual(await allItems(started.table), before);
  assert.deepEqual((await dueAccounts(started.table, '60#0')).map(({ accountId }) => accountId).sort(), ['a', 'keep']);
});

test('a worker that holds the lease can commit nothing any more', async () => {
  await fill('acme', 'busy');
  const ref = { tenant: 'acme', accountId: 'busy' };
  const lease = await takeLease(started.table, ref, 1_000, 60);
  assert.ok(lease !== undefined);
  await remove('busy');
  assert.equal(await commitHead(started.table, lease, { leaseUntil: 0 }), false);
  assert.equal(await readHead(started.table, ref), undefined);
});

test('another revision changes nothing', async () => {
  await fill('acme', 'changed');
  const before = await allItems(started.table);
  await assert.rejects(remove('changed', [2]), { code: 'precondition.failed' });
  assert.deepEqual(await allItems(started.table), before);
});

test('a deletion that was cut off is finished by asking again, and asked once more it is not found', async () => {
  await fill('acme', 'cut');
  await markDeleting(started.table, { tenant: 'acme', accountId: 'cut' });
  const asked = { table: started.table, now: Date.now, sendChecks: async () => undefined };
  await assert.rejects(requestSync(asked, { tenant: 'acme', accountId: 'cut' }), { code: 'conflict' });
  await remove('cut', [1]);
  await assert.rejects(remove('cut', [1]), { code: 'not-found' });

  // Cut off after the account's own item went.
  await createHead(started.table, { tenant: 'acme', accountId: 'late' }, '60#0');
  await markDeleting(started.table, { tenant: 'acme', accountId: 'late' });
  await remove('late', [1]);
  await assert.rejects(remove('late', [1]), { code: 'not-found' });
});
