/** Tells the owner's own services that no check reaches an account: once for each time it became so. */
import { LIMITS } from '../limits.ts';
import { readAccount } from '../store/accounts.ts';
import { type AccountRef, addStaleNews, readHead } from '../store/head.ts';
import { writeParts } from '../store/journal.ts';
import { secondsOf } from '../sync/due.ts';
import { runIdOf } from '../sync/run-id.ts';
import { isStaleAccount, readWatch } from './account-health.ts';
import type { BaseDeps } from './deps.ts';
import { tellsAnybody } from './webhooks/tells-anybody.ts';

/** Looked at again here: a check may have reached it since it was found to be stale. */
export const noteStale = async (
  { table, now, log }: Pick<BaseDeps, 'table' | 'now' | 'log'>,
  ref: AccountRef,
): Promise<void> => {
  const [head, account] = await Promise.all([readHead(table, ref), readAccount(table, ref.tenant, ref.accountId)]);
  if (account === undefined || head?.state !== 'active' || head.pollGroup === undefined) return;
  const nowSeconds = Math.floor(now() / 1_000);
  const watch = (await readWatch(table, [head.pollGroup]))(ref, head);
  if (!isStaleAccount(watch, { pollSeconds: secondsOf(head.pollGroup), nowSeconds })) return;
  const { standing, waitingSince } = watch;
  const since = standing?.lastCheckedAt ?? standing?.unreached?.since ?? waitingSince ?? nowSeconds;
  if (head.staleSince === since || !(await tellsAnybody(table, ref.tenant))) return;
  const reason = standing?.unreached?.reason;
  const news = { event: 'account.stale' as const, since, ...(reason === undefined ? {} : { reason }) };
  const runId = runIdOf(now(), head.epoch);
  const expiresAt = nowSeconds + LIMITS.activityRetentionDays * 86_400;
  await writeParts(table, ref, runId, [{ n: 0, kind: 'news', news }], { epoch: head.epoch, at: now(), expiresAt });
  if (await addStaleNews(table, ref, since, runId)) log.warn('check.account-stale', { account: ref.accountId });
};
