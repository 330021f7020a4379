/**
 * From closed runs to what is delivered: a run that its commit named as untold is put before each webhook that wants some of it, and
 * only then crossed off. A worker that dies in between leaves it named, and the next check of the account finds it.
 */

import { deliveryOf, putDelivery } from '../../store/deliveries.ts';
import { type AccountRef, type Head, readHead, settleUntold } from '../../store/head.ts';
import { readRun } from '../../store/journal.ts';
import type { Table } from '../../store/table.ts';
import { listWebhooks, readWebhookState, type Webhook } from '../../store/webhooks.ts';
import { wantsAccount, wantsEvent } from '../../sync/event-filter.ts';
import type { BaseDeps } from '../deps.ts';
import { readEvents } from './events-of-run.ts';

/** Returns the webhooks for which something was put down. */
export const tellAccount = async (
  { table, log }: Pick<BaseDeps, 'table' | 'log'>,
  ref: AccountRef,
): Promise<ReadonlySet<string>> => {
  const told = new Set<string>();
  const head = await readHead(table, ref);
  const untold = [...(head?.untold ?? [])].sort();
  if (head === undefined || untold.length === 0) return told;
  const webhooks = await listeners(table, ref);
  for (const runId of webhooks.length === 0 ? [] : untold) {
    for (const id of await wanting(table, ref, head, runId, webhooks)) {
      await putDelivery(table, { tenant: ref.tenant, webhookId: id }, deliveryOf(ref.accountId, runId));
      told.add(id);
    }
  }
  await settleUntold(table, ref, untold);
  log.info('webhook.told', { account: ref.accountId, runs: untold.length, webhooks: told.size });
  return told;
};

const listeners = async (table: Table, { tenant, accountId }: AccountRef): Promise<Webhook[]> => {
  const enabled = (await listWebhooks(table, tenant)).filter((one) => one.enabled && wantsAccount(one, accountId));
  const states = await Promise.all(enabled.map(({ id }) => readWebhookState(table, tenant, id)));
  return enabled.filter((_, i) => states[i]?.disabled === undefined);
};

const wanting = async (
  table: Table,
  ref: AccountRef,
  head: Head,
  runId: string,
  webhooks: readonly Webhook[],
): Promise<string[]> => {
  const events = readEvents(ref, head, runId, await readRun(table, ref, runId));
  return webhooks.filter((webhook) => events.some((event) => wantsEvent(webhook, event))).map(({ id }) => id);
};
