/** Which minute a poll group was handed out for last: whoever writes it first hands it out. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { heartbeatPk, TICK_SK } from './keys.ts';
import { holds, type Table } from './table.ts';

/** False where this tick, or a later one, was claimed before. */
export const claimTick = (table: Table, pollGroup: string, tickSeconds: number): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { pk: heartbeatPk(pollGroup), sk: TICK_SK, tickSeconds },
        ConditionExpression: 'attribute_not_exists(pk) OR tickSeconds < :tick',
        ExpressionAttributeValues: { ':tick': tickSeconds },
      }),
    ),
  );
