/** Webhooks: made, read, replaced, let go on and deleted by their owner. Who seals the secret cannot open it again. */
import { MailyardError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { listAccounts } from '../../store/accounts.ts';
import { deliveriesWaiting, putDelivery } from '../../store/deliveries.ts';
import {
  deleteWebhook as deleteStoredWebhook,
  listWebhooks,
  pageOfWebhooks,
  putNewWebhook,
  putWebhookState,
  readWebhook,
  readWebhookState,
  replaceWebhook as replaceStoredWebhook,
  type Webhook,
  type WebhookSettings,
  type WebhookState,
} from '../../store/webhooks.ts';
import type { BaseDeps } from '../deps.ts';
import { raiseConfig } from '../raise-config.ts';
import { type RevisionWanted, requireRevision } from '../revision.ts';
import { EVENT_BUS_URL } from './event-bus-url.ts';
import { newSecret, sealSecret } from './secret.ts';

type Deps = Pick<BaseDeps, 'table' | 'now' | 'sealer' | 'sendChecks' | 'hasEventBus'>;
type Named = { readonly tenant: string; readonly id: string };

/** Without the secrets; times in milliseconds since 1970, of `state` in seconds. */
export type WebhookSummary = Omit<Webhook, 'secret' | 'formerSecrets' | 'tenant'> & { readonly state: WebhookState };

export const summaryOf = (
  { secret: _secret, formerSecrets: _former, tenant: _tenant, ...webhook }: Webhook,
  state: WebhookState,
): WebhookSummary => ({ ...webhook, state });

/**
 * `id` is the request's: where one of that id was made by the same request before, nobody saw its secret, and it gets a new one.
 * Throws `limit.webhooks`, `validation.failed`, `conflict`.
 */
export const createWebhook = async (
  deps: Deps,
  { tenant, id, settings }: Named & { readonly settings: WebhookSettings },
): Promise<{ webhook: WebhookSummary; secret: string }> => {
  const others = (await listWebhooks(deps.table, tenant)).filter((one) => one.id !== id);
  if (others.length >= LIMITS.webhooksMax) {
    throw new MailyardError('limit.webhooks', `there may be ${LIMITS.webhooksMax} webhooks; delete one first`);
  }
  await requireTargets(deps, tenant, settings);
  const secret = newSecret();
  const now = deps.now();
  const sealed = await sealSecret(deps.sealer, { tenant, id }, secret);
  const webhook = { ...settings, tenant, id, secret: sealed, revision: 1, createdAt: now, updatedAt: now };
  if (!(await putNewWebhook(deps.table, webhook))) {
    throw new MailyardError('conflict', 'the webhook was made by this request before, and changed since');
  }
  await raiseConfig(deps, tenant, undefined);
  return { webhook: summaryOf(webhook, await readWebhookState(deps.table, tenant, id)), secret };
};

/** Throws `not-found`. */
export const getWebhook = async (deps: Pick<BaseDeps, 'table'>, { tenant, id }: Named): Promise<WebhookSummary> =>
  summaryOf(await requireWebhook(deps, { tenant, id }), await readWebhookState(deps.table, tenant, id));

/** Throws `not-found`. */
export const requireWebhook = async ({ table }: Pick<BaseDeps, 'table'>, { tenant, id }: Named): Promise<Webhook> => {
  const webhook = await readWebhook(table, tenant, id);
  if (webhook === undefined) throw new MailyardError('not-found', 'there is no such webhook');
  return webhook;
};

/** In order of id; `next` is the id to go on after. */
export const listWebhooksPage = async (
  { table }: Pick<BaseDeps, 'table'>,
  { tenant, ...options }: { readonly tenant: string; readonly limit: number; readonly after?: string },
): Promise<{ webhooks: readonly WebhookSummary[]; next?: string }> => {
  const { webhooks, more } = await pageOfWebhooks(table, tenant, options);
  const states = await Promise.all(webhooks.map(({ id }) => readWebhookState(table, tenant, id)));
  const last = webhooks.at(-1);
  return {
    webhooks: webhooks.map((webhook, i) => summaryOf(webhook, states[i] ?? { leaseUntil: 0, failures: 0 })),
    ...(more && last !== undefined ? { next: last.id } : {}),
  };
};

/** The secrets stay. Throws `not-found`, `precondition.failed`, `validation.failed`. */
export const replaceWebhook = async (
  deps: Deps,
  { tenant, id, settings, revision }: Named & { settings: WebhookSettings; revision: RevisionWanted },
): Promise<WebhookSummary> => {
  const before = await requireWebhook(deps, { tenant, id });
  requireRevision(before.revision, revision);
  await requireTargets(deps, tenant, settings);
  const { secret, formerSecrets = [], createdAt } = before;
  const next = { tenant, id, secret, formerSecrets, createdAt, revision: before.revision + 1, updatedAt: deps.now() };
  const webhook: Webhook = { ...settings, ...next };
  if (!(await replaceStoredWebhook(deps.table, webhook))) throw overtaken();
  await raiseConfig(deps, tenant, undefined);
  await askToDeliver(deps, { tenant, id });
  return summaryOf(webhook, await readWebhookState(deps.table, tenant, id));
};

/** Lets one go on that was disabled, or left alone for a while, as deliveries failed. Throws `not-found`. */
export const resumeWebhook = async (deps: Deps, { tenant, id }: Named): Promise<WebhookSummary> => {
  const webhook = await requireWebhook(deps, { tenant, id });
  const before = await readWebhookState(deps.table, tenant, id);
  const { disabled: _, nextAttemptAt: __, failingSince: ___, ...rest } = before;
  const state = { ...rest, failures: 0 };
  // Where a worker is delivering just now, how it fares is written by that one.
  if (before.leaseUntil === 0 && (await putWebhookState(deps.table, { tenant, id }, before, state))) {
    await tryNow(deps, { tenant, id });
  }
  await askToDeliver(deps, { tenant, id });
  return summaryOf(webhook, state);
};

/** What failed before need not wait for its own time any more. */
const tryNow = async ({ table }: Deps, { tenant, id }: Named): Promise<void> => {
  const ref = { tenant, webhookId: id };
  for await (const { nextAttemptAt, ...delivery } of deliveriesWaiting(table, ref)) {
    if (nextAttemptAt !== undefined) await putDelivery(table, ref, { ...delivery, failures: 0 });
  }
};

/** Throws `not-found`, `precondition.failed`. */
export const deleteWebhook = async (
  deps: Deps,
  { tenant, id, revision }: Named & { readonly revision: RevisionWanted },
): Promise<void> => {
  const webhook = await requireWebhook(deps, { tenant, id });
  requireRevision(webhook.revision, revision);
  if (!(await deleteStoredWebhook(deps.table, tenant, id, webhook.revision))) throw overtaken();
  await raiseConfig(deps, tenant, undefined);
  // What still waited for it is taken away by who would have delivered it.
  await askToDeliver(deps, { tenant, id });
};

export const askToDeliver = (
  { sendChecks, now }: Pick<BaseDeps, 'sendChecks' | 'now'>,
  { tenant, id }: Named,
): Promise<void> =>
  sendChecks([
    {
      accounts: [],
      tickSeconds: Math.floor(now() / 1_000),
      pollSeconds: 60,
      deliver: [{ tenant, webhookId: id }],
    },
  ]);

/** What a webhook names must be there: accounts, and the bus. */
const requireTargets = async (
  { table, hasEventBus }: Deps,
  tenant: string,
  { url, accountIds = [] }: WebhookSettings,
): Promise<void> => {
  const known = new Set(accountIds.length === 0 ? [] : (await listAccounts(table, tenant)).map(({ id }) => id));
  const fields = accountIds.flatMap((id, i) =>
    known.has(id) ? [] : [{ pointer: `/accountIds/${i}`, detail: 'there is no such account' }],
  );
  if (url === EVENT_BUS_URL && hasEventBus !== true) {
    fields.push({ pointer: '/url', detail: 'this deployment has no event bus; name an https address' });
  }
  if (fields.length === 0) return;
  throw new MailyardError('validation.failed', 'the webhook names what is not there', { fields });
};

const overtaken = (): MailyardError =>
  new MailyardError('precondition.failed', 'the webhook was changed since you read it; read it again');
