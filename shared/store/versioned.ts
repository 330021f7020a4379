/**
 * Items of the mirror: written on condition that their version is the one read, so that a worker that was frozen and
 * woke up later cannot overwrite what came after it.
 */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { MailyardError } from '../errors.ts';
import { holds, type Table } from './table.ts';

type VersionedKey = { readonly pk: string; readonly sk: string };

/**
 * `version` 0 stands for "not there yet". Short attribute names: they count towards the kilobyte. In DynamoDB's own words, as a
 * first sync writes hundreds, and to have each put into them costs more than to say it so.
 */
const putParams = (name: string, { pk, sk }: VersionedKey, body: Uint8Array | string, version: number) => ({
  TableName: name,
  Item: {
    pk: { S: pk },
    sk: { S: sk },
    v: { N: String(version + 1) },
    d: typeof body === 'string' ? { S: body } : { B: body },
  },
  ...(version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { N: String(version) } } }),
});

const isSame = (held: unknown, body: Uint8Array | string): boolean =>
  held instanceof Uint8Array && typeof body !== 'string' ? Buffer.compare(held, body) === 0 : held === body;

/** Throws `lease.lost` when someone else has written it meanwhile. */
export const putVersioned = async (
  table: Table,
  key: VersionedKey,
  body: Uint8Array | string,
  version: number,
): Promise<void> => {
  if (await holds(table.client.send(new PutItemCommand(putParams(table.name, key, body, version))))) return;
  // The same body under the new version: the write took effect, and was sent again as its answer was lost.
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }));
  if (Item?.['v'] === version + 1 && isSame(Item['d'], body)) return;
  throw new MailyardError('lease.lost', `${key.sk} was written by another worker`);
};

export const deleteVersioned = async (table: Table, key: VersionedKey, version: number): Promise<void> => {
  const gone = table.client.send(
    new DeleteCommand({
      TableName: table.name,
      Key: key,
      ConditionExpression: 'attribute_not_exists(pk) OR v = :v',
      ExpressionAttributeValues: { ':v': version },
    }),
  );
  if (!(await holds(gone))) throw new MailyardError('lease.lost', `${key.sk} was written by another worker`);
};
