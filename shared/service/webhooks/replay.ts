/** Sends a webhook once more what happened since a time: the same events, with the ids that they had. */
import { MailyardError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { listAccounts } from '../../store/accounts.ts';
import { putDelivery } from '../../store/deliveries.ts';
import { wantsAccount } from '../../sync/event-filter.ts';
import { beforeRunsSince } from '../../sync/run-id.ts';
import type { BaseDeps } from '../deps.ts';
import { askToDeliver, requireWebhook } from './manage.ts';

export type Replay = { readonly since: number; readonly until: number; readonly accountCount: number };

/** `since` in milliseconds since 1970. Throws `not-found`, `validation.failed`. */
export const replayWebhook = async (
  deps: Pick<BaseDeps, 'table' | 'now' | 'sendChecks'>,
  { tenant, id, since }: { readonly tenant: string; readonly id: string; readonly since: number },
): Promise<Replay> => {
  const webhook = await requireWebhook(deps, { tenant, id });
  const until = deps.now();
  if (since > until || since < until - LIMITS.replayDaysMax * 86_400_000) {
    const detail = `must lie within the last ${LIMITS.replayDaysMax} days`;
    throw new MailyardError('validation.failed', `since ${detail}`, { fields: [{ pointer: 'since', detail }] });
  }
  const accounts = (await listAccounts(deps.table, tenant)).filter((account) => wantsAccount(webhook, account.id));
  for (const { id: accountId } of accounts) {
    const runId = beforeRunsSince(since);
    const name = `${runId}#${accountId}#replay`;
    await putDelivery(deps.table, { tenant, webhookId: id }, { name, accountId, runId, until, done: 0, failures: 0 });
  }
  await askToDeliver(deps, { tenant, id });
  return { since, until, accountCount: accounts.length };
};
