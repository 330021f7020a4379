/**
 * Items of the mirror: written on condition that their version is the one read, so that a worker that was frozen and
 * woke up later cannot overwrite what came after it.
 */
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { MailyardError } from '../errors.ts';
import { holds, type Table } from './table.ts';

/** `version` 0 stands for "not there yet". Short attribute names: they count towards the kilobyte. */
export const versionedPutParams = (
  name: string,
  key: { readonly pk: string; readonly sk: string },
  body: Uint8Array | string,
  version: number,
) => ({
  TableName: name,
  Item: { ...key, v: version + 1, d: body },
  // The same body under the new version: the write took effect, and is sent again as its answer was lost.
  ConditionExpression: `${version === 0 ? 'attribute_not_exists(pk)' : 'v = :v'} OR (v = :next AND d = :d)`,
  ExpressionAttributeValues: { ...(version === 0 ? {} : { ':v': version }), ':next': version + 1, ':d': body },
});

/** Throws `lease.lost` when someone else has written it meanwhile. */
export const putVersioned = async (
  table: Table,
  key: { readonly pk: string; readonly sk: string },
  body: Uint8Array | string,
  version: number,
): Promise<void> => {
  const put = table.client.send(new PutCommand(versionedPutParams(table.name, key, body, version)));
  if (!(await holds(put))) throw new MailyardError('lease.lost', `${key.sk} was written by another worker`);
};

export const deleteVersioned = async (
  table: Table,
  key: { readonly pk: string; readonly sk: string },
  version: number,
): Promise<void> => {
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
