/** The deployed table in the embedded database: made from what the template says, not from what the code would make. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { DeployedResource } from '../aws/deployed.ts';
import { REGION } from '../aws/names.ts';

export type Database = { readonly endpoint: string; readonly stop: () => Promise<void> };

export const startDatabase = async ({ made, Properties = {} }: DeployedResource): Promise<Database> => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' };
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials });
  const { AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes } = Properties;
  const asked = { TableName: made.ref, AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes };
  await client.send(new CreateTableCommand(asked as unknown as CreateTableCommandInput));
  client.destroy();
  return {
    endpoint,
    stop: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
