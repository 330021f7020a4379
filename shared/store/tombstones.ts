/**
 * What is left of a deleted account: its ids. A worker that was frozen while the account went may still write under it, so
 * everything there is taken away once more when no lease of then can live; whoever restores a backup learns here what to leave out.
 */
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AccountRef } from './head.ts';
import { parseTombstoneSk, TOMBSTONE_DUE_PREFIX, TOMBSTONE_PK, tombstoneDueSk, tombstoneSk } from './keys.ts';
import { queryPage } from './query.ts';
import type { Table } from './table.ts';

/** `dueAt` and `expiresAt` in seconds since 1970: of the second clearing, and of the end of the tombstone itself. */
export const putTombstone = async (
  table: Table,
  ref: AccountRef,
  { dueAt, expiresAt }: { readonly dueAt: number; readonly expiresAt: number },
): Promise<void> => {
  for (const sk of [tombstoneSk(ref), tombstoneDueSk(dueAt, ref)]) {
    const Item = { pk: TOMBSTONE_PK, sk, dueAt, expiresAt };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  }
};

/** Deleted accounts that are to be cleared once more by now, the earliest first. */
export const dueTombstones = async (table: Table, nowSeconds: number, limit: number): Promise<AccountRef[]> => {
  const { items } = await queryPage(table, TOMBSTONE_PK, { prefix: TOMBSTONE_DUE_PREFIX, limit });
  return items
    .filter((item) => (item['dueAt'] as number) <= nowSeconds)
    .flatMap((item) => parseTombstoneSk(item['sk'] as string) ?? []);
};

/** When a deleted account is to be cleared once more; undefined when none of that name was deleted lately. */
export const readTombstone = async (table: Table, ref: AccountRef): Promise<number | undefined> => {
  const Key = { pk: TOMBSTONE_PK, sk: tombstoneSk(ref) };
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return Item?.['dueAt'] as number | undefined;
};

/** It was cleared; the tombstone stays. */
export const settleTombstone = async (table: Table, ref: AccountRef, dueAt: number): Promise<void> => {
  const Key = { pk: TOMBSTONE_PK, sk: tombstoneDueSk(dueAt, ref) };
  await table.client.send(new DeleteCommand({ TableName: table.name, Key }));
};
