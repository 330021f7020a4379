/** Puts and deletes without conditions, many a call; DynamoDB may do a part of them, and is asked for the rest again. */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from './query.ts';
import type { Table } from './table.ts';

export type BatchedWrite =
  | { readonly PutRequest: { readonly Item: Record<string, unknown> } }
  | { readonly DeleteRequest: { readonly Key: Record<string, unknown> } };

/** What DynamoDB takes in one call. */
const WRITES_PER_CALL = 25;
const ATTEMPTS_MAX = 8;

/** Whole items, in place of what is there. */
export const putItems = (table: Table, items: readonly Item[]): Promise<void> =>
  writeBatch(
    table,
    items.map((Item) => ({ PutRequest: { Item } })),
  );

/** In order, call by call; throws when some stay undone. */
export const writeBatch = async (table: Table, writes: readonly BatchedWrite[]): Promise<void> => {
  for (let from = 0; from < writes.length; from += WRITES_PER_CALL) {
    await writeAll(table, writes.slice(from, from + WRITES_PER_CALL));
  }
};

const writeAll = async (table: Table, writes: readonly BatchedWrite[]): Promise<void> => {
  let left: BatchedWrite[] = [...writes];
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt === ATTEMPTS_MAX) throw new Error(`DynamoDB left writes undone ${ATTEMPTS_MAX} times`);
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt));
    const answer = await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: left } }));
    left = (answer.UnprocessedItems?.[table.name] ?? []) as BatchedWrite[];
  }
};
