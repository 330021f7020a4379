/** What is still to be delivered to a webhook: runs of accounts, the oldest first; and when webhooks are to be tried again. */
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { LIMITS } from '../limits.ts';
import { deliveryPrefix, deliverySk, parseWakeSk, tenantPk, WAKE_PK, wakeSk } from './keys.ts';
import { type Item, queryPage } from './query.ts';
import type { Table } from './table.ts';

export type WebhookRef = { readonly tenant: string; readonly webhookId: string };

/** Times in seconds since 1970. */
export type Delivery = {
  /** In order of time. */
  readonly name: string;
  readonly accountId: string;
  /** One run; with `until` (milliseconds since 1970) all those after it up to then, from `afterRun` on. */
  readonly runId: string;
  readonly until?: number;
  readonly afterRun?: string;
  /** How many events of the first of them were delivered already. */
  readonly done: number;
  readonly failures: number;
  readonly failingSince?: number;
  readonly nextAttemptAt?: number;
};

const keyOf = ({ tenant, webhookId }: WebhookRef, name: string) => ({
  pk: tenantPk(tenant),
  sk: deliverySk(webhookId, name),
});

export const putDelivery = async (table: Table, ref: WebhookRef, delivery: Delivery): Promise<void> => {
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { ...delivery, ...keyOf(ref, delivery.name) } }),
  );
};

/** A run that is to be told anyhow; nothing is changed where it is waiting already. */
export const deliveryOf = (accountId: string, runId: string): Delivery => ({
  name: `${runId}#${accountId}`,
  accountId,
  runId,
  done: 0,
  failures: 0,
});

/** Oldest first; `after` is the name of the last one of the page before. */
const pageOfDeliveries = async (
  table: Table,
  { tenant, webhookId }: WebhookRef,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ deliveries: Delivery[]; next?: string }> => {
  const { items, next } = await queryPage(table, tenantPk(tenant), {
    prefix: deliveryPrefix(webhookId),
    consistent: true,
    limit,
    ...(after === undefined ? {} : { after: deliverySk(webhookId, after) }),
  });
  const deliveries = items.map(fromItem);
  const last = deliveries.at(-1);
  return { deliveries, ...(next === undefined || last === undefined ? {} : { next: last.name }) };
};

const fromItem = (item: Item): Delivery => {
  const { pk: _pk, sk: _sk, ...delivery } = item;
  return delivery as unknown as Delivery;
};

/** All, read page by page. */
export async function* deliveriesWaiting(table: Table, ref: WebhookRef): AsyncGenerator<Delivery> {
  let after: string | undefined;
  do {
    const options = { limit: LIMITS.deliveriesPerReadMax, ...(after === undefined ? {} : { after }) };
    const { deliveries, next } = await pageOfDeliveries(table, ref, options);
    yield* deliveries;
    after = next;
  } while (after !== undefined);
}

export const deleteDelivery = async (table: Table, ref: WebhookRef, name: string): Promise<void> => {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: keyOf(ref, name) }));
};

export type Wake = WebhookRef & { readonly dueAt: number };

export const putWake = async (table: Table, { dueAt, ...ref }: Wake, expiresAt: number): Promise<void> => {
  const Item = { pk: WAKE_PK, sk: wakeSk(dueAt, ref), dueAt, expiresAt };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
};

export const deleteWake = async (table: Table, { dueAt, ...ref }: Wake): Promise<void> => {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: { pk: WAKE_PK, sk: wakeSk(dueAt, ref) } }));
};

/** Webhooks that are to be tried again by now, the earliest first. */
export const dueWakes = async (table: Table, nowSeconds: number, limit: number): Promise<Wake[]> => {
  const { items } = await queryPage(table, WAKE_PK, { limit });
  return items.flatMap((item) => parseWakeSk(item['sk'] as string) ?? []).filter(({ dueAt }) => dueAt <= nowSeconds);
};
