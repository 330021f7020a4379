/** The table as code: the embedded database and the tests create it from this; the stack declares the same. */
import { CreateTableCommand, type CreateTableCommandInput, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { INDEX_DUE } from './keys.ts';
import type { Table } from './table.ts';

export const tableDefinition = (name: string): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'pollGroup', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: INDEX_DUE,
      KeySchema: [
        { AttributeName: 'pollGroup', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
});

/** Creates the table where it is missing, and waits until it and its index can be used. */
export const ensureTable = async (table: Table): Promise<void> => {
  try {
    await table.client.send(new CreateTableCommand(tableDefinition(table.name)));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceInUseException')) throw error;
  }
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { Table: described } = await table.client.send(new DescribeTableCommand({ TableName: table.name }));
    const indexes = described?.GlobalSecondaryIndexes ?? [];
    if (described?.TableStatus === 'ACTIVE' && indexes.every((index) => index.IndexStatus === 'ACTIVE')) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`table ${table.name} did not become active`);
};
