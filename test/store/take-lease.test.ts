/** A lease taken by a head that was read before, which may be old in every way. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AccountRef, createHead, raiseConfigVersion, readHead } from '../../shared/store/head.ts';
import { commitHead, takeLease } from '../../shared/store/lease.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';
import { type Faults, faultsOn } from '../support/faults.ts';

let started: TestTable;
let faults: Faults;
let accounts = 0;
before(async () => {
  started = await startTable();
  faults = faultsOn(started.table);
});
after(() => started.stop());

const newAccount = async () => {
  accounts += 1;
  const ref: AccountRef = { tenant: 'acme', accountId: `a${accounts}` };
  await createHead(started.table, ref, '60#0');
  const known = await readHead(started.table, ref);
  assert.ok(known !== undefined);
  faults.set({});
  return { ref, known, table: started.table };
};

test('the head is not read again where its epoch and lease still stand', async () => {
  const { ref, known, table } = await newAccount();
  const lease = await takeLease(table, ref, 100, 60, known);
  assert.equal(faults.calls(), 1);
  assert.deepEqual([lease?.epoch, lease?.tookOver, lease?.head.leaseUntil], [1, false, 0]);
  assert.partialDeepStrictEqual(await readHead(table, ref), { epoch: 1, leaseUntil: 160 });
});

test('what else has changed since is in the lease', async () => {
  const { ref, known, table } = await newAccount();
  await raiseConfigVersion(table, ref);
  const lease = await takeLease(table, ref, 100, 60, known);
  assert.equal(lease?.head.configVersion, known.configVersion + 1);
});

test('where a run came in between, its epoch is followed and its end seen', async () => {
  const { ref, known, table } = await newAccount();
  const between = await takeLease(table, ref, 100, 60);
  assert.ok(between !== undefined);
  await commitHead(table, between, { statusDigest: 'seen', leaseUntil: 0 });
  const lease = await takeLease(table, ref, 110, 60, known);
  assert.partialDeepStrictEqual(lease, { epoch: 2, tookOver: false, head: { epoch: 2, statusDigest: 'seen' } });
});

test('where another holds it by now, or it ran out meanwhile, what counts is how it stands', async () => {
  const { ref, known, table } = await newAccount();
  await takeLease(table, ref, 100, 60);
  assert.equal(await takeLease(table, ref, 110, 60, known), undefined);
  const late = await takeLease(table, ref, 200, 60, known);
  assert.partialDeepStrictEqual(late, { epoch: 2, tookOver: true, head: { leaseUntil: 160 } });
});

test('one known to be held is read again, as it may have been given back', async () => {
  const { ref, table } = await newAccount();
  const first = await takeLease(table, ref, 100, 60);
  assert.ok(first !== undefined);
  const held = await readHead(table, ref);
  await commitHead(table, first, { leaseUntil: 0 });
  assert.equal((await takeLease(table, ref, 110, 60, held))?.epoch, 2);
});
