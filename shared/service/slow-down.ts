/** An account in which nothing has changed for long is looked at less often, until something does. */
import { LIMITS } from '../limits.ts';
import { type AccountRef, type Head, slowDownHead } from '../store/head.ts';
import { adaptedSeconds, pollGroupOf } from '../sync/due.ts';
import type { MailboxDeps } from './mailbox-deps.ts';

/** One write each time it moves on to a longer interval; the commit that finds a change moves it back. */
export const slowDown = async (
  { table, now, log }: Pick<MailboxDeps, 'table' | 'now' | 'log'>,
  ref: AccountRef,
  head: Head,
  pollSeconds: number,
): Promise<void> => {
  const since = head.lastChangedAt ?? head.firstSyncAt;
  // Who waits for a time is not to be late for it.
  if (since === undefined || head.pollGroup === undefined || head.timerAt !== undefined) return;
  const slower = adaptedSeconds(pollSeconds, Math.floor(now() / 1_000) - since, LIMITS);
  const pollGroup = pollGroupOf(ref.accountId, slower, LIMITS.pollShards);
  if (slower === pollSeconds || pollGroup === head.pollGroup) return;
  const moved = await slowDownHead(table, ref, {
    from: head.pollGroup,
    to: pollGroup,
    lastChangedAt: head.lastChangedAt,
  });
  if (moved) log.info('check.slower', { account: ref.accountId, pollSeconds: slower });
};
