/** The deployment's key pair as it lies in the table: the public key in clear, the private key as KMS wrapped it. */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { VAULT_PK, vaultKeySk } from './keys.ts';
import { holds, type Table } from './table.ts';

export type VaultKeys = { readonly publicJwk: string; readonly wrappedPrivateJwk: Uint8Array };

const Key = { pk: VAULT_PK, sk: vaultKeySk('current') };

export const readVaultKeys = async (table: Table): Promise<VaultKeys | undefined> => {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return Item as VaultKeys | undefined;
};

/** False when another worker has made them first; then those are the ones. */
export const putNewVaultKeys = (table: Table, keys: VaultKeys): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...Key, ...keys },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );
