import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { BatchGetCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { meterUnits } from '../../bench/consumed-units.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let database: TestTable;
before(async () => {
  database = await startTable();
});
after(() => database.stop());

test('units are told apart by what the call does, batches and failed conditions included', async () => {
  const { table } = database;
  const { client, name: TableName } = table;
  const meter = meterUnits(table);
  const units = () => {
    const { waitedMs, ...counts } = meter();
    assert.equal(waitedMs > 0, counts.calls > 0);
    return counts;
  };
  const Key = { pk: 'a', sk: 'b' };

  await client.send(new PutCommand({ TableName, Item: { ...Key, d: 'x'.repeat(1_500) } }));
  assert.deepEqual(units(), { read: 0, write: 2, calls: 1 });

  await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  await client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [Key] } } }));
  await client.send(
    new QueryCommand({ TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'a' } }),
  );
  assert.deepEqual(units(), { read: 2, write: 0, calls: 3 });

  const again = new PutCommand({ TableName, Item: Key, ConditionExpression: 'attribute_not_exists(pk)' });
  await assert.rejects(client.send(again));
  assert.deepEqual(units(), { read: 0, write: 1, calls: 1 });
  assert.deepEqual(units(), { read: 0, write: 0, calls: 0 });
});
