/**
 * Delivers what waits for a webhook, the oldest first, at least once each: what was delivered is crossed off after it was. One
 * worker at a time; where an attempt fails, the webhook is left alone for a while, and longer each time.
 */
import { LIMITS } from '../../limits.ts';
import { deleteDelivery, deleteWake, deliveriesWaiting, putWake, type WebhookRef } from '../../store/deliveries.ts';
import {
  putWebhookState,
  readWebhook,
  readWebhookState,
  type Webhook,
  type WebhookState,
} from '../../store/webhooks.ts';
import type { MailboxDeps } from '../mailbox-deps.ts';
import { destinationOf } from './destination.ts';
import { type Ended, type Line, sendDelivery } from './send-delivery.ts';

/** `dueAt` where the webhook was to be woken at a time. Never throws: what went wrong is tried again. */
export const deliverWebhook = async (
  deps: MailboxDeps,
  { dueAt, ...ref }: WebhookRef & { readonly dueAt?: number },
): Promise<void> => {
  try {
    for (let pass = 0; pass < LIMITS.deliveryPassesMax; pass += 1) {
      if (!(await deliverOnce(deps, ref))) break;
      if (isLate(deps)) {
        await askAgain(deps, ref);
        break;
      }
    }
    if (dueAt !== undefined) await deleteWake(deps.table, { ...ref, dueAt });
  } catch (error) {
    deps.log.error('webhook.not-delivered', { webhook: ref.webhookId }, error);
    await wakeAt(deps, ref, secondsOf(deps) + LIMITS.deliveryRetrySecondsMin);
  }
};

const isLate = (deps: MailboxDeps): boolean => deps.deadline() - deps.now() < LIMITS.deliveryMarginSeconds * 1_000;

const secondsOf = ({ now }: Pick<MailboxDeps, 'now'>): number => Math.floor(now() / 1_000);

const askAgain = ({ sendChecks, ...deps }: MailboxDeps, ref: WebhookRef): Promise<void> =>
  sendChecks([{ accounts: [], tickSeconds: secondsOf(deps), pollSeconds: 60, deliver: [ref] }]);

const wakeAt = ({ table }: Pick<MailboxDeps, 'table'>, ref: WebhookRef, dueAt: number): Promise<void> =>
  putWake(table, { ...ref, dueAt }, dueAt + LIMITS.webhookFailingDaysMax * 86_400);

/** True where something may be left that could be delivered now. */
const deliverOnce = async (deps: MailboxDeps, ref: WebhookRef): Promise<boolean> => {
  const { table } = deps;
  const { tenant, webhookId: id } = ref;
  const webhook = await readWebhook(table, tenant, id);
  if (webhook === undefined) return await dropAll(deps, ref);
  const before = await readWebhookState(table, tenant, id);
  const now = secondsOf(deps);
  if (!webhook.enabled || before.disabled !== undefined) return false;
  if ((before.nextAttemptAt ?? 0) > now || !(await isAnythingDue(deps, ref))) return false;
  if (before.leaseUntil > now) {
    // Its holder looks once more when it is through; where it died, somebody has to come when its time is over.
    await wakeAt(deps, ref, before.leaseUntil + 1);
    return false;
  }
  const mine = { ...before, leaseUntil: now + LIMITS.deliveryLeaseSeconds };
  if (!(await putWebhookState(table, { tenant, id }, before, mine))) return false;
  const { state, ended, nextAt } = await deliverAll(deps, ref, webhook, mine);
  // Before the lease goes: whoever dies in between leaves a time at which somebody comes.
  if (nextAt !== undefined && state.disabled === undefined) await wakeAt(deps, ref, nextAt);
  await putWebhookState(table, { tenant, id }, mine, { ...state, leaseUntil: 0 });
  if (state.disabled !== undefined) deps.log.warn('webhook.disabled', { webhook: id, failures: state.failures });
  // Another worker that came meanwhile was turned away: what it came for is looked for now.
  return ended !== 'failed';
};

const isAnythingDue = async (deps: MailboxDeps, ref: WebhookRef): Promise<boolean> => {
  const now = secondsOf(deps);
  for await (const { nextAttemptAt = 0 } of deliveriesWaiting(deps.table, ref)) if (nextAttemptAt <= now) return true;
  return false;
};

type Outcome = { readonly state: WebhookState; readonly ended: Ended; readonly nextAt: number | undefined };

const deliverAll = async (
  deps: MailboxDeps,
  ref: WebhookRef,
  webhook: Webhook,
  before: WebhookState,
): Promise<Outcome> => {
  const line: Line = {
    ref,
    webhook,
    destination: await destinationOf(deps, webhook),
    state: before,
    left: LIMITS.deliveriesPerPassMax,
    isLate: () => isLate(deps),
  };
  let nextAt: number | undefined;
  for await (const delivery of deliveriesWaiting(deps.table, ref)) {
    const { nextAttemptAt = 0 } = delivery;
    if (nextAttemptAt > secondsOf(deps)) {
      nextAt = Math.min(nextAt ?? nextAttemptAt, nextAttemptAt);
      continue;
    }
    const ended = await sendDelivery(deps, line, delivery);
    if (ended === 'failed') return { state: line.state, ended, nextAt: line.state.nextAttemptAt };
    if (ended === 'cut') return { state: line.state, ended, nextAt };
  }
  return { state: line.state, ended: 'through', nextAt };
};

/** The webhook is gone: nothing of it stays. */
const dropAll = async (deps: MailboxDeps, ref: WebhookRef): Promise<false> => {
  for await (const { name } of deliveriesWaiting(deps.table, ref)) await deleteDelivery(deps.table, ref, name);
  return false;
};
