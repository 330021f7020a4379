/** What IAM would be asked about a request that an SDK's client has sent: which actions, on what, under which condition keys. */
import { ACCOUNT, PARTITION, REGION } from '../aws/names.ts';
import type { Call } from './evaluate.ts';

export type AwsRequest = {
  readonly service: string;
  /** Of JSON protocols: `DynamoDB_20120810.GetItem`. */
  readonly target: string;
  readonly path: string;
  readonly body: string;
};

/** Throws for a service or an operation that the rehearsal does not know. */
export const readCalls = (request: AwsRequest): Call[] => {
  const reader = READERS[request.service];
  if (reader === undefined) throw new Error(`the rehearsal does not know the service ${request.service}`);
  const operation = request.target.split('.').at(-1) ?? '';
  return reader(operation, request);
};

const arn = (service: string, rest: string): string => `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${rest}`;

type Body = Readonly<Record<string, unknown>>;
const parse = (body: string): Body => (body === '' ? {} : JSON.parse(body));

const READERS: Readonly<Record<string, (operation: string, request: AwsRequest) => Call[]>> = {
  dynamodb: (operation, { body }) => dynamodbCalls(operation, parse(body)),
  sqs: (operation, { body }) => {
    const name = new URL(String(parse(body)['QueueUrl'])).pathname.split('/').at(-1) ?? '';
    // Batches are granted by the name of the single operation.
    return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: arn('sqs', name), context: {} }];
  },
  kms: (operation, { body }) => {
    const { KeyId, EncryptionContext = {} } = parse(body) as {
      KeyId?: string;
      EncryptionContext?: Record<string, string>;
    };
    if (KeyId === undefined) throw new Error(`kms:${operation} names no key`);
    const context = Object.entries(EncryptionContext).map(([key, value]) => [`kms:EncryptionContext:${key}`, [value]]);
    const resource = KeyId.startsWith('arn:') ? KeyId : arn('kms', `key/${KeyId}`);
    return [{ action: `kms:${operation}`, resource, context: Object.fromEntries(context) }];
  },
  lambda: (_operation, { path }) => {
    const [, name] = /\/functions\/([^/?]+)\/invocations/.exec(path) ?? [];
    if (name === undefined) throw new Error(`the rehearsal does not know ${path} of Lambda`);
    const asked = decodeURIComponent(name);
    const resource = asked.startsWith('arn:') ? asked : arn('lambda', `function:${asked}`);
    return [{ action: 'lambda:InvokeFunction', resource, context: {} }];
  },
  events: (operation, { body }) => {
    const { Entries = [] } = parse(body) as { Entries?: { EventBusName?: string; Source?: string }[] };
    return Entries.map(({ EventBusName = 'default', Source = '' }) => ({
      action: `events:${operation}`,
      resource: EventBusName.startsWith('arn:') ? EventBusName : arn('events', `event-bus/${EventBusName}`),
      context: { 'events:source': [Source] },
    }));
  },
};

const PARTITION_KEY = 'pk';
type Item = Readonly<Record<string, { readonly S?: string } | undefined>>;

const dynamodbCalls = (operation: string, body: Body): Call[] => {
  const action = `dynamodb:${operation}`;
  const on = (table: string, keys: readonly (string | undefined)[]): Call => ({
    action,
    resource: arn('dynamodb', `table/${table}`),
    context: { 'dynamodb:LeadingKeys': [...new Set(keys.map((key) => key ?? ''))] },
  });
  const keyOf = (item: unknown): string | undefined => (item as Item | undefined)?.[PARTITION_KEY]?.S;
  if (operation === 'BatchGetItem') {
    const tables = (body['RequestItems'] ?? {}) as Record<string, { Keys: Item[] }>;
    return Object.entries(tables).map(([table, { Keys }]) => on(table, Keys.map(keyOf)));
  }
  if (operation === 'BatchWriteItem') {
    const tables = body['RequestItems'] as Record<
      string,
      { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } }[]
    >;
    return Object.entries(tables).map(([table, requests]) =>
      on(
        table,
        requests.map(({ PutRequest, DeleteRequest }) => keyOf(PutRequest?.Item ?? DeleteRequest?.Key)),
      ),
    );
  }
  const table = String(body['TableName']);
  if (operation === 'Query') {
    const { IndexName } = body;
    const call = on(table, [leadingKeyOf(body)]);
    return [IndexName === undefined ? call : { ...call, resource: `${call.resource}/index/${String(IndexName)}` }];
  }
  const one = keyOf(body['Key'] ?? body['Item']);
  if (one === undefined) throw new Error(`the rehearsal does not know ${action}`);
  return [on(table, [one])];
};

/** The value that a key condition compares a partition key with. */
const leadingKeyOf = (body: Body): string => {
  const names = (body['ExpressionAttributeNames'] ?? {}) as Record<string, string>;
  const values = (body['ExpressionAttributeValues'] ?? {}) as Record<string, { S?: string }>;
  for (const [, name = '', value = ''] of String(body['KeyConditionExpression']).matchAll(/([#\w]+)\s*=\s*(:\w+)/g)) {
    if ([PARTITION_KEY, 'pollGroup'].includes(names[name] ?? name)) return values[value]?.S ?? '';
  }
  throw new Error(`no partition key in ${String(body['KeyConditionExpression'])}`);
};
