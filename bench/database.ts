/** Tables for one bench: a new one for each round, empty or with what another held. */
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { ensureTable } from '../shared/store/schema.ts';
import { connectTable, type Table } from '../shared/store/table.ts';
import { putItems } from '../shared/store/write-batch.ts';
import { startChild } from './child.ts';
import type { DatabaseCalls } from './database-process.ts';

export type BenchTable = { readonly endpoint: string; readonly name: string };

export type BenchDatabase = {
  readonly newTable: () => Promise<BenchTable>;
  readonly copyTable: (from: BenchTable) => Promise<BenchTable>;
  readonly stop: () => Promise<void>;
};

export const openBenchTable = ({ endpoint, name }: BenchTable): Table =>
  connectTable(name, { endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });

export const startDatabase = async (): Promise<BenchDatabase> => {
  const child = await startChild<DatabaseCalls>(new URL('./database-process.ts', import.meta.url));
  const endpoint = await child.call('open');
  let count = 0;
  const newTable = async (): Promise<BenchTable> => {
    count += 1;
    const made = { endpoint, name: `bench-${count}` };
    await within(made, ensureTable);
    return made;
  };
  return {
    newTable,
    copyTable: async (from) => {
      const made = await newTable();
      const items = await within(from, readAll);
      await within(made, (table) => putItems(table, items));
      return made;
    },
    stop: child.stop,
  };
};

const within = async <Result>(place: BenchTable, act: (table: Table) => Promise<Result>): Promise<Result> => {
  const table = openBenchTable(place);
  try {
    return await act(table);
  } finally {
    table.client.destroy();
  }
};

type Item = Record<string, unknown>;

const readAll = async (table: Table): Promise<Item[]> => {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await table.client.send(
      new ScanCommand({ TableName: table.name, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
};
