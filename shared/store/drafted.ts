/** When a conversation was last answered by a draft of ours: one small item each, which goes by itself. */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AccountRef } from './head.ts';
import { accountPk, draftedSk } from './keys.ts';
import type { Table } from './table.ts';

const key = ({ tenant, accountId }: AccountRef, conversation: string) => ({
  pk: accountPk(tenant, accountId),
  sk: draftedSk(conversation),
});

/** Milliseconds since 1970; undefined where there was none that is remembered. */
export const readDraftedAt = async (
  table: Table,
  ref: AccountRef,
  conversation: string,
): Promise<number | undefined> => {
  const Key = key(ref, conversation);
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return Item?.['at'] as number | undefined;
};

/** `expiresAt` in seconds (DynamoDB's time to live). */
export const putDraftedAt = async (
  table: Table,
  ref: AccountRef,
  { conversation, at, expiresAt }: { readonly conversation: string; readonly at: number; readonly expiresAt: number },
): Promise<void> => {
  const Item = { ...key(ref, conversation), at, expiresAt };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
};
