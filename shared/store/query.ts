/** Reading many items of one partition; there is no scan in this house. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from './table.ts';

export type Item = Readonly<Record<string, unknown>>;

export type QueryOptions = {
  readonly prefix?: string;
  readonly after?: string;
  readonly before?: string;
  readonly consistent?: boolean;
  readonly newestFirst?: boolean;
  readonly limit?: number;
};

/** The parameters of a query for the items whose sort key starts with `prefix`, from `after` on (exclusive). */
export const queryParams = (name: string, pk: string, options: QueryOptions) => {
  const { prefix = '', after, consistent = false, newestFirst = false, limit } = options;
  return {
    TableName: name,
    KeyConditionExpression: prefix === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: prefix === '' ? { ':pk': pk } : { ':pk': pk, ':prefix': prefix },
    ConsistentRead: consistent,
    ScanIndexForward: !newestFirst,
    ...(limit === undefined ? {} : { Limit: limit }),
    ...(after === undefined ? {} : { ExclusiveStartKey: { pk, sk: after } }),
  };
};

/** One page of items, and the sort key to go on from. */
export const queryPage = async (
  table: Table,
  pk: string,
  options: QueryOptions,
): Promise<{ items: Item[]; next?: string }> => {
  const { Items, LastEvaluatedKey } = await table.client.send(new QueryCommand(queryParams(table.name, pk, options)));
  const next = LastEvaluatedKey?.['sk'];
  return { items: Items ?? [], ...(typeof next === 'string' ? { next } : {}) };
};

/** All items under a prefix, page by page. */
export const queryAll = async (table: Table, pk: string, options: QueryOptions): Promise<Item[]> => {
  const all: Item[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await queryPage(table, pk, { ...options, ...(after === undefined ? {} : { after }) });
    all.push(...items);
    after = next;
  } while (after !== undefined);
  return all;
};
