/** One event of no account, sent now, so that an owner sees whether the receiver takes it and knows its signature. */
import type { MailboxDeps } from '../mailbox-deps.ts';
import { destinationOf } from './destination.ts';
import { requireWebhook } from './manage.ts';

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
  const { send } = await destinationOf(deps, webhook);
  const event = { id: `evt_test_${deps.newId()}`, type: 'webhook.test', at: deps.now(), data: { webhookId: id } };
  const { failure, ...sent } = await send([{ event, content: new Map() }]);
  const status = failure?.status ?? sent.status;
  return {
    eventId: event.id,
    delivered: failure === undefined,
    ...(status === undefined ? {} : { status }),
    ...(failure === undefined ? {} : { reason: failure.reason }),
  };
};
