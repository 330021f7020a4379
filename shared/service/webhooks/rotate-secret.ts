/** Another secret for a webhook. The one before signs too for a while, so that a receiver is told of the new one in its own time. */
import { MailyardError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { readWebhookState, replaceSecrets } from '../../store/webhooks.ts';
import type { BaseDeps } from '../deps.ts';
import { requireWebhook, summaryOf, type WebhookSummary } from './manage.ts';
import { newSecret, sealSecret, standingSecrets } from './secret.ts';

/**
 * `overlapSeconds` 0 ends all former secrets now, as one that leaked must be. Otherwise they stand until their own time, for an
 * answer that was lost may have held the latest of them. Throws `not-found`, `conflict`.
 */
export const rotateSecret = async (
  { table, sealer, now }: Pick<BaseDeps, 'table' | 'sealer' | 'now'>,
  { tenant, id, overlapSeconds }: { readonly tenant: string; readonly id: string; readonly overlapSeconds: number },
): Promise<{ webhook: WebhookSummary; secret: string }> => {
  const webhook = await requireWebhook({ table }, { tenant, id });
  const until = now() + overlapSeconds * 1_000;
  const former = standingSecrets(webhook, now());
  const formerSecrets = overlapSeconds === 0 ? [] : [{ secret: webhook.secret, until }, ...former];
  if (formerSecrets.length > LIMITS.formerSecretsMax) {
    const detail = `${LIMITS.formerSecretsMax} former secrets still sign; wait, or end them with overlapSeconds=0`;
    throw new MailyardError('conflict', detail);
  }
  const secret = newSecret();
  const sealed = await sealSecret(sealer, { tenant, id }, secret);
  if (!(await replaceSecrets(table, webhook, { secret: sealed, formerSecrets }))) {
    throw new MailyardError('conflict', 'the secret was changed by another request just now');
  }
  const changed = { ...webhook, secret: sealed, formerSecrets };
  return { webhook: summaryOf(changed, await readWebhookState(table, tenant, id)), secret };
};
