/** The table says how it is laid out; newer programs bring it up to date, older ones keep away. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { bringUpToDate, LAYOUTS, type Layouts, readLayout } from '../../shared/store/layout.ts';
import type { Table } from '../../shared/store/table.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let database: TestTable;
let table: Table;
before(async () => {
  database = await startTable();
  table = database.table;
});
after(() => database?.stop());

const put = (sk: string, more: object) =>
  table.client.send(new PutCommand({ TableName: table.name, Item: { pk: 'T#x', sk, ...more } }));
const found = async (): Promise<Record<string, unknown>[]> => {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
  return Items.filter((item) => item['pk'] === 'T#x').toSorted((a, b) => (a['sk'] < b['sk'] ? -1 : 1));
};

const ran: number[] = [];
/** What later releases might bring: a name in capitals, then its length. */
const LATER: Layouts = {
  current: 3,
  migrations: {
    2: async () => {
      ran.push(2);
      for (const item of await found())
        await put(String(item['sk']), { ...item, name: String(item['name']).toUpperCase() });
    },
    3: async () => {
      ran.push(3);
      for (const item of await found()) await put(String(item['sk']), { ...item, length: String(item['name']).length });
    },
  },
};

test('every layout up to ours has a way to it', () => {
  for (let next = 2; next <= LAYOUTS.current; next += 1) assert.ok(LAYOUTS.migrations[next] !== undefined, `${next}`);
});

test('a table of the first release is brought up step by step, and each step is taken once', async () => {
  await put('1', { name: 'ann' });
  await bringUpToDate(table, { current: 1, migrations: {} });
  assert.equal(await readLayout(table), 1);
  await bringUpToDate(table, LATER);
  assert.deepEqual([ran, await readLayout(table)], [[2, 3], 3]);
  assert.deepEqual(await found(), [{ pk: 'T#x', sk: '1', name: 'ANN', length: 3 }]);
  await bringUpToDate(table, LATER);
  assert.deepEqual(ran, [2, 3]);
});

test('a step that failed is taken again, and those before it are not', async () => {
  let attempts = 0;
  const failing: Layouts = {
    current: 4,
    migrations: {
      ...LATER.migrations,
      4: async () => {
        attempts += 1;
        if (attempts === 1) throw new Error('the worker died');
      },
    },
  };
  await assert.rejects(bringUpToDate(table, failing), /the worker died/);
  assert.equal(await readLayout(table), 3);
  await bringUpToDate(table, failing);
  assert.deepEqual([attempts, ran, await readLayout(table)], [2, [2, 3], 4]);
});

test('the release before goes on with a table that is one step ahead, and none that is further', async () => {
  await bringUpToDate(table, LATER);
  assert.equal(await readLayout(table), 4, 'it is not taken back');
  await assert.rejects(bringUpToDate(table, { current: 2, migrations: LATER.migrations }), /deploy the newer one/);
  await assert.rejects(bringUpToDate(table, { current: 6, migrations: {} }), /no way to layout 5/);
});
