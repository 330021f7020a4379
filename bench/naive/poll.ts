/**
 * The usual design, to be measured beside ours: a schedule and an invocation per account, its password decrypted by KMS each time,
 * imapflow as it comes, and the outcome of every poll written down.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ImapFlow } from 'imapflow';

const logger = new Logger({ serviceName: 'naive' });
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const kms = new KMSClient({});
const TableName = process.env['TABLE_NAME'] ?? '';

export type NaiveAccount = {
  readonly pk: string;
  readonly sk: 'naive';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly ca: string;
  readonly password: Uint8Array;
  /** As the last poll found the folders. */
  readonly folders: string;
};

/** Whether anything changed. */
export const handler = async ({ pk }: { readonly pk: string }): Promise<{ readonly changed: boolean }> => {
  const Key = { pk, sk: 'naive' };
  const { Item } = await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  const account = Item as NaiveAccount;
  await write(Key, 'SET lockedAt = :at', { ':at': Date.now() });
  const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob: account.password }));
  const client = new ImapFlow({
    host: account.host,
    port: account.port,
    secure: true,
    tls: { ca: account.ca },
    auth: { user: account.user, pass: Buffer.from(Plaintext ?? []).toString() },
    logger: false,
  });
  client.on('error', () => undefined);
  await client.connect();
  const statusQuery = { messages: true, uidNext: true, uidValidity: true, highestModseq: true } as const;
  const listed = await client.list({ statusQuery });
  await client.logout();
  const folders = JSON.stringify(
    listed.map(({ path, status }) => [path, status?.messages, status?.uidNext, `${status?.highestModseq}`]),
  );
  const changed = folders !== account.folders;
  await write(Key, 'SET checkedAt = :at, folders = :folders REMOVE lockedAt', {
    ':at': Date.now(),
    ':folders': folders,
  });
  logger.info('polled', { account: pk, folders: listed.length, changed });
  return { changed };
};

const write = (Key: object, UpdateExpression: string, ExpressionAttributeValues: Record<string, unknown>) =>
  table.send(
    new UpdateCommand({ TableName, Key: Key as Record<string, unknown>, UpdateExpression, ExpressionAttributeValues }),
  );
