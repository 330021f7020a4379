/**
 * An account in which nothing has changed for long is looked at less often, until something does; one whose group the
 * deployment's settings made void moves to where it belongs.
 */
import { LIMITS } from '../limits.ts';
import { type AccountRef, type Head, moveHead } from '../store/head.ts';
import { adaptedSeconds, pollGroupOf, secondsOf } from '../sync/due.ts';
import { offeredSeconds } from '../sync/schedule.ts';
import type { MailboxDeps } from './mailbox-deps.ts';

/** One write each time it moves on to a longer interval; the commit that finds a change moves it back. */
export const regroup = async (
  { table, now, log, schedule }: Pick<MailboxDeps, 'table' | 'now' | 'log' | 'schedule'>,
  ref: AccountRef,
  head: Head,
  pollSeconds: number,
): Promise<void> => {
  const { pollGroup: from, lastChangedAt, firstSyncAt, timerAt } = head;
  const since = lastChangedAt ?? firstSyncAt;
  if (from === undefined || since === undefined) return;
  const offered = offeredSeconds(pollSeconds, schedule);
  // Who waits for a time is not to be late for it.
  const quietSeconds = timerAt === undefined ? Math.floor(now() / 1_000) - since : 0;
  const { pollSecondsAllowed } = schedule;
  const { slowerAfterSeconds } = LIMITS;
  const seconds = adaptedSeconds(offered, quietSeconds, { pollSecondsAllowed, slowerAfterSeconds });
  const to = pollGroupOf(ref.accountId, seconds, schedule.pollShards);
  if (to === from || !(await moveHead(table, ref, { from, to, lastChangedAt }))) return;
  if (seconds > secondsOf(from)) log.info('check.slower', { account: ref.accountId, pollSeconds: seconds });
};
