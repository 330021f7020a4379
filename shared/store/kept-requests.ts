/** Requests that carried an Idempotency-Key: what they were (as a MAC), and what was answered (sealed). TTL takes them away. */
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { keptRequestSk, tenantPk } from './keys.ts';
import { holds, type Table } from './table.ts';

export type KeptRequest = {
  /** MAC of operation, path, query and body. */
  readonly print: string;
  /** The id of what the request makes: the same for every attempt. */
  readonly madeId: string;
  /** Seconds since 1970 until which a worker is at it; 0 when none is. */
  readonly until: number;
  /** Sealed; absent until there is one. */
  readonly answer?: Uint8Array;
  /** Seconds since 1970. */
  readonly expiresAt: number;
};

type Place = { readonly tenant: string; readonly name: string };

const keyOf = ({ tenant, name }: Place) => ({ pk: tenantPk(tenant), sk: keptRequestSk(name) });

/** False when one of that name is kept and did not expire. */
export const putNewRequest = (table: Table, place: Place, request: KeptRequest, nowSeconds: number): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...keyOf(place), ...request },
        // DynamoDB takes expired items away up to days late.
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: { ':now': nowSeconds },
      }),
    ),
  );

export const readRequest = async (table: Table, place: Place): Promise<KeptRequest | undefined> => {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: keyOf(place), ConsistentRead: true }),
  );
  return Item as KeptRequest | undefined;
};

/** False when it is no longer as it was read: another worker was first. */
export const claimRequest = (table: Table, place: Place, before: KeptRequest, until: number): Promise<boolean> =>
  updateOpen(table, place, before, 'SET #until = :until', { ':until': until });

/** Gives it free for another attempt. */
export const releaseRequest = (table: Table, place: Place, mine: KeptRequest): Promise<boolean> =>
  updateOpen(table, place, mine, 'SET #until = :until', { ':until': 0 });

export const keepAnswer = (table: Table, place: Place, mine: KeptRequest, answer: Uint8Array): Promise<boolean> =>
  updateOpen(table, place, mine, 'SET #until = :until, answer = :answer', { ':until': 0, ':answer': answer });

const updateOpen = (
  table: Table,
  place: Place,
  { madeId, until }: KeptRequest,
  UpdateExpression: string,
  values: Readonly<Record<string, unknown>>,
): Promise<boolean> =>
  holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: keyOf(place),
        UpdateExpression,
        ConditionExpression: 'madeId = :madeId AND #until = :before AND attribute_not_exists(answer)',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':madeId': madeId, ':before': until, ...values },
      }),
    ),
  );

/** Forgets a request by which nothing was done. */
export const forgetRequest = (table: Table, place: Place, { madeId, until }: KeptRequest): Promise<boolean> =>
  holds(
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: keyOf(place),
        ConditionExpression: 'madeId = :madeId AND #until = :until AND attribute_not_exists(answer)',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':madeId': madeId, ':until': until },
      }),
    ),
  );
