/** One event of no account, sent now, so that an owner sees whether the receiver takes it and knows its signature. */
import type { MailboxDeps } from '../mailbox-deps.ts';
import { bodyOfEvent } from './body.ts';
import { requireWebhook } from './manage.ts';
import { openSecret } from './secret.ts';
import { sendEvent } from './send.ts';

export type Tested = {
  readonly eventId: string;
  readonly delivered: boolean;
  readonly status?: number;
  readonly reason?: string;
};

/** Throws `not-found`, `vault.cannot-open`. */
export const testWebhook = async (
  deps: MailboxDeps,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<Tested> => {
  const webhook = await requireWebhook(deps, { tenant, id });
  const secret = await openSecret(deps, webhook);
  const at = deps.now();
  const event = { id: `evt_test_${deps.newId()}`, type: 'webhook.test', at, data: { webhookId: id } };
  const message = { id: event.id, body: bodyOfEvent(event), nowSeconds: Math.floor(at / 1_000) };
  const sent = await sendEvent(deps.egress, { url: webhook.url, secret }, message);
  const { delivered, status } = sent;
  return {
    eventId: event.id,
    delivered,
    ...(status === undefined ? {} : { status }),
    ...(sent.delivered ? {} : { reason: sent.reason }),
  };
};
