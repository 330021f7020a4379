/** A webhook's secret: made once, shown once, kept sealed, opened by who delivers. */
import { randomBytes } from 'node:crypto';
import { resealWebhook, type Webhook } from '../../store/webhooks.ts';
import type { Binding, Sealer } from '../../vault/credential.ts';
import type { MailboxDeps } from '../mailbox-deps.ts';

const SECRET_BYTES = 32;

/** In the form that Standard Webhooks gives it. */
export const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

type Named = Pick<Webhook, 'tenant' | 'id'>;

/** Bound to tenant and webhook: moved to another webhook it does not open. */
const bindingOf = ({ tenant, id }: Named): Binding => ({ tenant, accountId: id, purpose: 'webhook-secret' });

export const sealSecret = (sealer: Sealer, webhook: Named, secret: string): Promise<string> =>
  sealer.seal({ secret }, bindingOf(webhook));

/** Throws `vault.cannot-open`. One that lies under an older key of the deployment is sealed again under the newest. */
export const openSecret = async (
  { table, vault }: Pick<MailboxDeps, 'table' | 'vault'>,
  webhook: Webhook,
): Promise<string> => {
  const opened = await vault.open<{ secret: string }>(webhook.secret, bindingOf(webhook));
  if (!(await vault.isCurrent(webhook.secret))) {
    await resealWebhook(table, webhook, await vault.seal(opened, bindingOf(webhook)));
  }
  return opened.secret;
};
