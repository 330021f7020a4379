/** A write that took effect and answered an error is sent again by the SDK: it must not look like another worker's. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHead, readHead } from '../../shared/store/head.ts';
import { claimPart, readRun, writeParts, writeState } from '../../shared/store/journal.ts';
import { armJournal, commitHead, released, takeLease } from '../../shared/store/lease.ts';
import { putVersioned } from '../../shared/store/versioned.ts';
import type { JournalPart, PartState } from '../../shared/sync/journal.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let started: TestTable;
before(async () => {
  started = await startTable();
});
after(() => started.stop());

const ref = { tenant: 'acme', accountId: 'a1' };
const planned: PartState = { state: 'planned', attempt: 1 };
const sent: PartState = { state: 'sent', attempt: 1, sentAt: 5, target: { path: 'Bills', create: false } };
const part = (n: number): JournalPart => ({
  n,
  kind: 'effect',
  command: {
    kind: 'store',
    source: { folderId: '1', path: 'INBOX', uidValidity: 7 },
    uids: [[1, 3]],
    askedBy: [],
    add: ['$seen'],
    remove: [],
  },
  state: planned,
});
const stamp = (epoch: number) => ({ epoch, at: 1_000, expiresAt: 2_000 });

test('a version is written twice over by the one who wrote it, and by no other', async () => {
  const key = { pk: 'p', sk: 's' };
  await putVersioned(started.table, key, 'one', 0);
  await putVersioned(started.table, key, 'one', 0);
  await assert.rejects(putVersioned(started.table, key, 'other', 0), { code: 'lease.lost' });
  await putVersioned(started.table, key, Buffer.from('two'), 1);
  await putVersioned(started.table, key, Buffer.from('two'), 1);
  await assert.rejects(putVersioned(started.table, key, Buffer.from('other'), 1), { code: 'lease.lost' });
  // The same body, and not the version that this writer would have made.
  for (const version of [0, 3]) {
    await assert.rejects(putVersioned(started.table, key, Buffer.from('two'), version), { code: 'lease.lost' });
  }
});

test('a journal is armed once, however often it is said', async () => {
  const account = { ...ref, accountId: 'armed' };
  await createHead(started.table, account, '60#0');
  const lease = await takeLease(started.table, account, 100, 60);
  assert.ok(lease !== undefined);
  assert.equal(await armJournal(started.table, lease, 'run-1'), true);
  assert.equal(await armJournal(started.table, lease, 'run-1'), true);
  assert.equal(await armJournal(started.table, lease, 'run-2'), false);
});

test('a part is claimed as it was read, or not at all', async () => {
  await writeParts(started.table, ref, 'run-1', [part(0)], stamp(1));
  await claimPart(started.table, ref, 'run-1', 0, 2, { before: planned, state: planned });
  await claimPart(started.table, ref, 'run-1', 0, 2, { before: planned, state: planned });
  await assert.rejects(writeState(started.table, ref, 'run-1', 0, 1, sent), { code: 'lease.lost' });
  await writeState(started.table, ref, 'run-1', 0, 2, sent);
  const late = claimPart(started.table, ref, 'run-1', 0, 3, { before: planned, state: planned });
  await assert.rejects(late, { code: 'lease.lost' });
  const [held] = await readRun(started.table, ref, 'run-1');
  assert.deepEqual(held?.part.kind === 'effect' && held.part.state, sent);
});

test('parts come in the order of their numbers, however many there are', async () => {
  const numbers = [999, 1_000, 1_001, 9_999, 10_000, 10_001];
  await writeParts(started.table, ref, 'run-2', numbers.map(part), stamp(1));
  const held = await readRun(started.table, ref, 'run-2');
  assert.deepEqual(
    held.map((stored) => stored.part.n),
    numbers,
  );
});

test('a lease that was taken over and given back after a failure is still one that ran out', async () => {
  const account = { ...ref, accountId: 'taken' };
  await createHead(started.table, account, '60#0');
  await takeLease(started.table, account, 100, 60);
  const second = await takeLease(started.table, account, 200, 60);
  assert.equal(second?.tookOver, true);
  assert.equal(second !== undefined && (await commitHead(started.table, second, released(second))), true);
  const third = await takeLease(started.table, account, 200, 60);
  assert.equal(third?.tookOver, true);
  assert.equal(third !== undefined && (await commitHead(started.table, third, { leaseUntil: 0 })), true);
  assert.equal((await takeLease(started.table, account, 200, 60))?.tookOver, false);
  assert.equal((await readHead(started.table, account))?.epoch, 4);
});
