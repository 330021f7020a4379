/** Webhooks as their owner wrote them, their secret sealed; and beside each, in an item of its own, how it fares. */
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tenantPk, WEBHOOK_PREFIX, webhookSk, webhookStateSk } from './keys.ts';
import { type Item, queryAll, queryPage } from './query.ts';
import { holds, type Table } from './table.ts';

/** What an owner writes. */
export type WebhookSettings = {
  readonly url: string;
  readonly description?: string;
  /** All events, all accounts where absent. */
  readonly events?: readonly string[];
  readonly accountIds?: readonly string[];
  readonly includeSubjects: boolean;
  readonly includeBodies: boolean;
  readonly enabled: boolean;
};

/** Times in milliseconds since 1970. */
export type Webhook = WebhookSettings & {
  readonly tenant: string;
  readonly id: string;
  /** Sealed. */
  readonly secret: string;
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const key = (tenant: string, id: string) => ({ pk: tenantPk(tenant), sk: webhookSk(id) });

const fromItem = (item: Item): Webhook => {
  const { pk: _pk, sk: _sk, ...webhook } = item;
  return webhook as unknown as Webhook;
};

/** False when one of that id is there that was changed since it was made. */
export const putNewWebhook = (table: Table, webhook: Webhook): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...webhook, ...key(webhook.tenant, webhook.id) },
        ConditionExpression: 'attribute_not_exists(pk) OR revision = :first',
        ExpressionAttributeValues: { ':first': 1 },
      }),
    ),
  );

/** False when the stored revision is not the one before, or the secret was sealed anew meanwhile. */
export const replaceWebhook = (table: Table, webhook: Webhook): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...webhook, ...key(webhook.tenant, webhook.id) },
        ConditionExpression: 'revision = :before AND secret = :secret',
        ExpressionAttributeValues: { ':before': webhook.revision - 1, ':secret': webhook.secret },
      }),
    ),
  );

/** The same secret under another key: no revision. False when it is no longer `webhook`'s. */
export const resealWebhook = (table: Table, webhook: Webhook, secret: string): Promise<boolean> =>
  holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: key(webhook.tenant, webhook.id),
        UpdateExpression: 'SET secret = :secret',
        ConditionExpression: 'secret = :before',
        ExpressionAttributeValues: { ':secret': secret, ':before': webhook.secret },
      }),
    ),
  );

export const readWebhook = async (table: Table, tenant: string, id: string): Promise<Webhook | undefined> => {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key(tenant, id), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : fromItem(Item);
};

export const listWebhooks = async (table: Table, tenant: string): Promise<Webhook[]> =>
  (await queryAll(table, tenantPk(tenant), { prefix: WEBHOOK_PREFIX, consistent: true })).map(fromItem);

/** One page, in order of id; `after` is the last id of the page before. */
export const pageOfWebhooks = async (
  table: Table,
  tenant: string,
  options: { readonly limit: number; readonly after?: string },
): Promise<{ webhooks: Webhook[]; more: boolean }> => {
  const after = options.after === undefined ? {} : { after: webhookSk(options.after) };
  const { items, next } = await queryPage(table, tenantPk(tenant), {
    prefix: WEBHOOK_PREFIX,
    limit: options.limit,
    ...after,
  });
  return { webhooks: items.map(fromItem), more: next !== undefined };
};

/** False when its revision is no longer the one named. */
export const deleteWebhook = async (table: Table, tenant: string, id: string, revision: number): Promise<boolean> => {
  const gone = await holds(
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: key(tenant, id),
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': revision },
      }),
    ),
  );
  if (gone) await deleteWebhookState(table, tenant, id);
  return gone;
};

/** Times in seconds since 1970. */
export type WebhookState = {
  /** A worker is delivering until then; 0 when none is. */
  readonly leaseUntil: number;
  /** Failed attempts in a row, and since when. */
  readonly failures: number;
  readonly failingSince?: number;
  readonly nextAttemptAt?: number;
  readonly lastDeliveredAt?: number;
  readonly lastFailure?: { readonly at: number; readonly reason: string };
  readonly disabled?: { readonly at: number; readonly reason: string };
};

const stateKey = (tenant: string, id: string) => ({ pk: tenantPk(tenant), sk: webhookStateSk(id) });
const FRESH: WebhookState = { leaseUntil: 0, failures: 0 };

export const readWebhookState = async (table: Table, tenant: string, id: string): Promise<WebhookState> => {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: stateKey(tenant, id), ConsistentRead: true }),
  );
  return Item === undefined ? FRESH : fromStateItem(Item);
};

const fromStateItem = (item: Item): WebhookState => {
  const { pk: _pk, sk: _sk, ...state } = item;
  return state as unknown as WebhookState;
};

/** Takes or gives back the right to deliver, with how it fares. False when another worker was first. */
export const putWebhookState = (
  table: Table,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  before: WebhookState,
  state: WebhookState,
): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...state, ...stateKey(tenant, id) },
        ConditionExpression:
          before.leaseUntil === 0 ? 'attribute_not_exists(pk) OR leaseUntil = :before' : 'leaseUntil = :before',
        ExpressionAttributeValues: { ':before': before.leaseUntil },
      }),
    ),
  );

export const deleteWebhookState = async (table: Table, tenant: string, id: string): Promise<void> => {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: stateKey(tenant, id) }));
};
