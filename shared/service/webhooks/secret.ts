/** A webhook's secret: made once, shown once, kept sealed, opened by who delivers. */
import { randomBytes } from 'node:crypto';
import { replaceSecrets, type Webhook } from '../../store/webhooks.ts';
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

/** Those before the one in use that sign too at `now`, in milliseconds since 1970. */
export const standingSecrets = (
  { formerSecrets = [] }: Pick<Webhook, 'formerSecrets'>,
  now: number,
): NonNullable<Webhook['formerSecrets']> => formerSecrets.filter(({ until }) => until > now);

/**
 * The one in use, then those before it that still sign. Throws `vault.cannot-open`. Where one lies under an older key of the
 * deployment, they are sealed again under the newest.
 */
export const openSecrets = async (
  { table, vault, now }: Pick<MailboxDeps, 'table' | 'vault' | 'now'>,
  webhook: Webhook,
): Promise<string[]> => {
  const binding = bindingOf(webhook);
  const former = standingSecrets(webhook, now());
  const sealed = [webhook.secret, ...former.map(({ secret }) => secret)];
  const opened = await Promise.all(sealed.map((one) => vault.open<{ secret: string }>(one, binding)));
  const isCurrent = await Promise.all(sealed.map((one) => vault.isCurrent(one)));
  if (isCurrent.includes(false)) {
    const [secret = webhook.secret, ...anew] = await Promise.all(opened.map((one) => vault.seal(one, binding)));
    const formerSecrets = former.map((one, i) => ({ ...one, secret: anew[i] ?? one.secret }));
    await replaceSecrets(table, webhook, { secret, formerSecrets });
  }
  return opened.map(({ secret }) => secret);
};
