/** As if an account had been synced once: for servers that no sync could come to an end with. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type AccountRef, headKey } from '../../shared/store/head.ts';
import type { Table } from '../../shared/store/table.ts';

/** `at` in milliseconds since 1970. */
export const markSynced = async (table: Table, ref: AccountRef, at: number): Promise<void> => {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: headKey(ref),
      UpdateExpression: 'SET firstSyncAt = :at',
      ExpressionAttributeValues: { ':at': Math.floor(at / 1_000) },
    }),
  );
};
