/** The deployment's keys as they lie in the table: the newest public key in clear, the others as KMS wrapped them. */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { REQUEST_KEY_SK, VAULT_PK, vaultKeySk } from './keys.ts';
import { holds, type Table } from './table.ts';

export type VaultKeys = { readonly publicJwk: string; readonly wrappedKeys: Uint8Array; readonly version: number };

const Key = { pk: VAULT_PK, sk: vaultKeySk('current') };

export const readVaultKeys = async (table: Table): Promise<VaultKeys | undefined> => {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return Item as VaultKeys | undefined;
};

/** False when the version before is not the one that is there: another worker was first, and theirs are the ones. */
export const putVaultKeys = (table: Table, keys: VaultKeys): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...Key, ...keys },
        ...(keys.version === 1
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#version = :before',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':before': keys.version - 1 },
            }),
      }),
    ),
  );

const RequestKey = { pk: VAULT_PK, sk: REQUEST_KEY_SK };

export const readWrappedRequestKey = async (table: Table): Promise<Uint8Array | undefined> => {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: RequestKey, ConsistentRead: true }),
  );
  return Item?.['wrapped'] as Uint8Array | undefined;
};

/** False when another worker has made it first; then that is the one. */
export const putNewWrappedRequestKey = (table: Table, wrapped: Uint8Array): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...RequestKey, wrapped },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );
