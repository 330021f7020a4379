import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { parseCheckMessage } from '../../shared/service/check-message.ts';
import { clearDeletedAccount, deleteAccount } from '../../shared/service/delete-account.ts';
import type { CheckMessage } from '../../shared/service/deps.ts';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import { requestSync } from '../../shared/service/request-sync.ts';
import { createHead, dueAccounts, markDeleting, readHead } from '../../shared/store/head.ts';
import { commitHead, takeLease } from '../../shared/store/lease.ts';
import { putTombstone, readTombstone } from '../../shared/store/tombstones.ts';
import { USUAL_SCHEDULE } from '../../shared/sync/schedule.ts';
import { allItems, putAccount } from '../api/api-under-test.ts';
import { folderOf, movePart, putFolders, putMessages, putRun } from '../api/seed.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let started: TestTable;
let seconds = 1_800_000_000;
const now = () => seconds * 1_000;
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
  deleteAccount({ table: started.table, now }, { tenant: 'acme', id, revision });
const all = async () => (await allItems(started.table)).filter((item) => item['pk'] !== 'D');

test('all that an account holds goes, and nothing else', async () => {
  await fill('acme', 'keep');
  await fill('acme#keep', 'a');
  const before = await all();
  await fill('acme', 'gone');
  await remove('gone', [1]);
  assert.deepEqual(await all(), before);
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

/** What the next tick hands out, worked off. */
const tick = async (): Promise<number> => {
  const sent: CheckMessage[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const base = { table: started.table, now, log };
  await dispatchChecks(
    { ...base, schedule: USUAL_SCHEDULE, sendChecks: async (messages) => void sent.push(...messages) },
    seconds,
    [],
  );
  for (const message of sent) {
    assert.deepEqual(parseCheckMessage(JSON.parse(JSON.stringify(message))), message);
    for (const ref of message.accounts) await clearDeletedAccount(base, ref);
  }
  return sent.length;
};

test('what a late worker writes under a deleted account is taken away when no lease of then can live', async () => {
  const ref = { tenant: 'acme#x', accountId: 'late-write' };
  await fill(ref.tenant, ref.accountId);
  const before = await all();
  await deleteAccount({ table: started.table, now }, { tenant: ref.tenant, id: ref.accountId, revision: [1] });
  await putFolders(started.table, ref, [folderOf('1', 'INBOX')]);
  await putMessages(started.table, ref, folderOf('1', 'INBOX'), [{ uid: 1, keywords: [] }], 1);
  seconds += LIMITS.leaseSeconds - 1;
  await tick();
  assert.ok((await all()).some((item) => item['pk'] === 'T#acme%23x#late-write'));
  seconds += 1;
  assert.equal(await tick(), 1);
  assert.equal(
    (await all()).some((item) => item['pk'] === 'T#acme%23x#late-write'),
    false,
  );
  assert.ok((await all()).length < before.length);
  assert.equal(await tick(), 0);
  // Its ids stay, for whoever restores a backup.
  assert.ok((await readTombstone(started.table, ref)) !== undefined);
});

test('a deletion that was cut off is finished by itself, and an account that was added again is left alone', async () => {
  const cut = { tenant: 'acme', accountId: 'cut-off' };
  const again = { tenant: 'acme', accountId: 'again' };
  await fill('acme', 'cut-off');
  await markDeleting(started.table, cut);
  await putTombstone(started.table, cut, { dueAt: seconds, expiresAt: seconds + 10 });
  await fill('acme', 'again');
  await remove('again');
  await fill('acme', 'again');
  seconds += LIMITS.leaseSeconds;
  assert.equal(await tick(), 1);
  assert.equal(await readHead(started.table, cut), undefined);
  assert.ok((await all()).every((item) => item['pk'] !== 'T#acme#cut-off' && item['sk'] !== 'A#cut-off'));
  assert.ok((await readHead(started.table, again)) !== undefined);
  assert.equal(await tick(), 0);
});
