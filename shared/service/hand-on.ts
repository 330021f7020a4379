/** What takes longer than a batch should wait for goes to the second queue, one account a message. */
import { LIMITS } from '../limits.ts';
import { claimLong } from '../store/head.ts';
import type { CheckReport } from './check-account.ts';
import type { BaseDeps, CheckMessage } from './deps.ts';

/** Asked for once in a while only: every tick finds the same accounts, and one message of each is enough. */
export const handOn = async (
  { table, now, log, sendChecks }: Pick<BaseDeps, 'table' | 'now' | 'log' | 'sendChecks'>,
  { tickSeconds, pollSeconds, long = false }: Pick<CheckMessage, 'tickSeconds' | 'pollSeconds' | 'long'>,
  reports: readonly CheckReport[],
): Promise<void> => {
  const nowSeconds = Math.floor(now() / 1_000);
  for (const report of reports.filter(isUnfinished)) {
    const { ref } = report;
    try {
      // What comes out of the second queue goes on there at once.
      if (!long && !(await claimLong(table, ref, nowSeconds, LIMITS.longAgainSeconds))) continue;
      await sendChecks([{ accounts: [ref], tickSeconds, pollSeconds, long: true }]);
    } catch (error) {
      log.error('check.not-handed-on', { account: ref.accountId }, error);
    }
  }
};

const isUnfinished = (report: CheckReport): boolean =>
  report.outcome === 'handedOn' ||
  // A rule that is being applied has its next slice asked for by the run itself.
  (report.outcome === 'synced' && report.sync.more && report.sync.askedOn !== true);
