/** After a batch of checks: which of its accounts were not reached is written down, in one item for all of them. */
import { LIMITS } from '../limits.ts';
import type { AccountRef } from '../store/head.ts';
import { putHeartbeat, readHeartbeats } from '../store/heartbeats.ts';
import { heartbeatOf, standingsIn } from '../sync/heartbeat.ts';
import type { CheckReport } from './check-account.ts';
import type { BaseDeps, CheckMessage } from './deps.ts';

/** What stood before is read only where an account was missed. A heartbeat that cannot be written fails no batch. */
export const recordHeartbeat = async (
  { table, now, log }: Pick<BaseDeps, 'table' | 'now' | 'log'>,
  { batch, tickSeconds }: Pick<CheckMessage, 'batch' | 'tickSeconds'>,
  reports: readonly CheckReport[],
): Promise<void> => {
  if (batch === undefined || reports.length === 0) return;
  const checkedAt = Math.floor(now() / 1_000);
  const reasons = new Map<AccountRef, string>();
  for (const report of reports) {
    const reason = reasonOf(report);
    if (reason !== undefined) reasons.set(report.ref, reason);
  }
  try {
    const before = reasons.size === 0 ? () => undefined : standingsIn(await readHeartbeats(table, batch.pollGroup));
    const refs = reports.map(({ ref }) => ref);
    const heartbeat = heartbeatOf({ tickSeconds, checkedAt }, refs, reasons, before);
    await putHeartbeat(table, batch, heartbeat, checkedAt + LIMITS.heartbeatDays * 86_400);
  } catch (error) {
    log.error('heartbeat.not-written', { group: batch.pollGroup, batch: batch.n }, error);
  }
};

/** undefined where the account was reached. */
const reasonOf = (report: CheckReport): string | undefined => {
  if (report.outcome === 'quiet' || report.outcome === 'synced' || report.outcome === 'handedOn') return undefined;
  if (report.outcome === 'failed') return report.code;
  if (report.outcome === 'left') return report.reason;
  return report.outcome === 'busy' ? 'another worker is at it' : 'a command may still be on its way';
};
