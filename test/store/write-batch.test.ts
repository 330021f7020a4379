/** Writes by the batch: what DynamoDB left undone is asked for again, and a bound ends it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { queryAll } from '../../shared/store/query.ts';
import { writeBatch } from '../../shared/store/write-batch.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let started: TestTable;
/** Of each call, this many of its writes are left undone, and one is done, or DynamoDB would have thrown. */
let left = 0;
let calls = 0;
before(async () => {
  started = await startTable();
  const { client, name } = started.table;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context['commandName'] !== 'BatchWriteItemCommand') return await next(args);
      calls += 1;
      const writes = (args.input as { RequestItems: Record<string, object[]> }).RequestItems[name] ?? [];
      const done = writes.slice(0, Math.max(writes.length - left, 1));
      const undone = writes.slice(done.length);
      const result = await next({ ...args, input: { ...args.input, RequestItems: { [name]: done } } });
      Object.assign(result.output as object, { UnprocessedItems: undone.length === 0 ? {} : { [name]: undone } });
      return result;
    },
    // Below the document client, which has made plain values of them by then.
    { step: 'initialize', name: 'leaveUndone', priority: 'low' },
  );
});
after(() => started.stop());

const puts = (count: number, pk: string) =>
  Array.from({ length: count }, (_, i) => ({ PutRequest: { Item: { pk, sk: String(i).padStart(3, '0') } } }));
const held = async (pk: string): Promise<number> => (await queryAll(started.table, pk, { consistent: true })).length;

test('goes in calls of 25', async () => {
  [left, calls] = [0, 0];
  await writeBatch(started.table, puts(60, 'many'));
  assert.deepEqual([calls, await held('many')], [3, 60]);
});

test('asks again for what was left undone', async () => {
  [left, calls] = [3, 0];
  const writing = writeBatch(started.table, puts(7, 'some'));
  setTimeout(() => {
    left = 0;
  }, 60);
  await writing;
  assert.ok(calls > 1);
  assert.equal(await held('some'), 7);
});

test('gives up after eight calls that leave something undone', async () => {
  [left, calls] = [25, 0];
  await assert.rejects(writeBatch(started.table, puts(12, 'few')), /undone 8 times/);
  assert.deepEqual([calls, await held('few')], [8, 8]);
});
