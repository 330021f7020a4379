/** Heartbeats: one item a batch of a poll group, written over by the next one of its number. Beside them who still waits for the first. */
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { LIMITS } from '../limits.ts';
import type { Heartbeat } from '../sync/heartbeat.ts';
import type { AccountRef } from './head.ts';
import { AWAITED_SK, HEARTBEAT_PREFIX, heartbeatBatchOf, heartbeatPk, heartbeatSk } from './keys.ts';
import { type Item, queryPage } from './query.ts';
import { holds, type Table } from './table.ts';

type Batch = { readonly pollGroup: string; readonly n: number };

/** A batch that is through late does not write over a newer one. `expiresAt` in seconds since 1970. */
export const putHeartbeat = async (
  table: Table,
  { pollGroup, n }: Batch,
  heartbeat: Heartbeat,
  expiresAt: number,
): Promise<void> => {
  await holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { pk: heartbeatPk(pollGroup), sk: heartbeatSk(n), ...heartbeat, expiresAt },
        ConditionExpression: 'attribute_not_exists(pk) OR tickSeconds <= :tick',
        ExpressionAttributeValues: { ':tick': heartbeat.tickSeconds },
      }),
    ),
  );
};

export type StoredHeartbeat = Heartbeat & Pick<Batch, 'n'>;

/** All of a group, as far as the bound on reads goes. */
export const readHeartbeats = async (table: Table, pollGroup: string): Promise<StoredHeartbeat[]> => {
  const items: Item[] = [];
  let after: string | undefined;
  for (let page = 0; page < LIMITS.heartbeatPagesMax; page += 1) {
    const read = await queryPage(table, heartbeatPk(pollGroup), {
      prefix: HEARTBEAT_PREFIX,
      ...(after === undefined ? {} : { after }),
    });
    items.push(...read.items);
    after = read.next;
    if (after === undefined) break;
  }
  return items.map((item) => ({ ...(item as unknown as Heartbeat), n: heartbeatBatchOf(item['sk'] as string) }));
};

/** The group has fewer batches by now: what the last ones saw is not to be taken for what stands. */
export const deleteHeartbeat = async (table: Table, { pollGroup, n }: Batch): Promise<void> => {
  const Key = { pk: heartbeatPk(pollGroup), sk: heartbeatSk(n) };
  await table.client.send(new DeleteCommand({ TableName: table.name, Key }));
};

/** Accounts that were handed out and are in no heartbeat yet: since when, in seconds since 1970, by `tenant accountId` as JSON. */
export type Awaited = Readonly<Record<string, number>>;
export const awaitedName = ({ tenant, accountId }: AccountRef): string => JSON.stringify([tenant, accountId]);

export const readAwaited = async (table: Table, pollGroup: string): Promise<Awaited> => {
  const Key = { pk: heartbeatPk(pollGroup), sk: AWAITED_SK };
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key }));
  return (Item?.['since'] as Awaited | undefined) ?? {};
};

export const putAwaited = async (table: Table, pollGroup: string, since: Awaited): Promise<void> => {
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { pk: heartbeatPk(pollGroup), sk: AWAITED_SK, since } }),
  );
};
