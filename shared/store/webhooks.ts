/** Webhooks as their owner wrote them, their secret sealed; and beside each, in an item of its own, how it fares. */
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { tenantPk, webhookSk, webhookStateSk } from './keys.ts';
import { ofRevision, ownedItems, type PageOptions } from './owned.ts';
import type { Item } from './query.ts';
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
  /** Those before it, the newest first: they sign too, until then (milliseconds since 1970). */
  readonly formerSecrets?: readonly { readonly secret: string; readonly until: number }[];
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
};

const webhooks = ownedItems<Webhook>(webhookSk);

/** False when one of that id is there that was changed since it was made. */
export const putNewWebhook = (table: Table, webhook: Webhook): Promise<boolean> => {
  const { when, values } = ofRevision(1);
  const isAsMade = { when: `attribute_not_exists(pk) OR ${when}`, ...(values === undefined ? {} : { values }) };
  return webhooks.put(table, webhook.tenant, webhook.id, webhook, isAsMade);
};

/** False when the stored revision is not the one before, or the secret is another one meanwhile. */
export const replaceWebhook = (table: Table, webhook: Webhook): Promise<boolean> => {
  const before = ofRevision(webhook.revision - 1);
  return webhooks.put(table, webhook.tenant, webhook.id, webhook, {
    when: `${before.when} AND secret = :secret`,
    values: { ...before.values, ':secret': webhook.secret },
  });
};

/** Other secrets, or the same under another key: no revision. False when the one in use is no longer `webhook`'s. */
export const replaceSecrets = (
  table: Table,
  { tenant, id, secret }: Pick<Webhook, 'tenant' | 'id' | 'secret'>,
  next: Required<Pick<Webhook, 'secret' | 'formerSecrets'>>,
): Promise<boolean> =>
  webhooks.update(table, tenant, id, 'SET secret = :secret, formerSecrets = :former', {
    when: 'secret = :before',
    values: { ':secret': next.secret, ':former': next.formerSecrets, ':before': secret },
  });

export const readWebhook = webhooks.read;

export const listWebhooks = webhooks.list;

/** One page, in order of id. */
export const pageOfWebhooks = async (
  table: Table,
  tenant: string,
  options: PageOptions,
): Promise<{ webhooks: Webhook[]; more: boolean }> => {
  const { items, more } = await webhooks.page(table, tenant, options);
  return { webhooks: items, more };
};

/** False when its revision is no longer the one named. */
export const deleteWebhook = async (table: Table, tenant: string, id: string, revision: number): Promise<boolean> => {
  const gone = await webhooks.remove(table, tenant, id, revision);
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
