/** What a message of the queue asks for beside checks: what runs left untold is put down, and what waits is delivered. */
import type { AccountRef } from '../../store/head.ts';
import { listWebhooks } from '../../store/webhooks.ts';
import type { CheckMessage } from '../deps.ts';
import type { MailboxDeps } from '../mailbox-deps.ts';
import { deliverWebhook } from './deliver.ts';
import { tellAccount } from './tell.ts';

/** Sent a second time it delivers what the first time left: all that waits for the webhooks of its tenants. */
export const tellAndDeliver = async (
  deps: MailboxDeps,
  { deliver = [] }: Pick<CheckMessage, 'deliver'>,
  refs: readonly AccountRef[],
): Promise<void> => {
  for (const ref of refs) await tellAccount(deps, ref);
  for (const tenant of new Set(refs.map((ref) => ref.tenant))) {
    const webhooks = await listWebhooks(deps.table, tenant);
    await Promise.all(webhooks.map(({ id }) => deliverWebhook(deps, { tenant, webhookId: id })));
  }
  for (const one of deliver) await deliverWebhook(deps, one);
};
