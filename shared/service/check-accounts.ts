/** The check of a batch of accounts: their heads in one read, many connections at once. */
import { LIMITS } from '../limits.ts';
import { type Head, readHeads } from '../store/head.ts';
import { isStale } from '../sync/due.ts';
import type { ConfigCache } from './account-config.ts';
import { type CheckReport, checkAccount } from './check-account.ts';
import type { CheckMessage } from './deps.ts';
import { handOn } from './hand-on.ts';
import { recordHeartbeat } from './heartbeat.ts';
import { hostGate } from './host-gate.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { askToTell } from './webhooks/ask-to-tell.ts';

/** Reports in the order of the accounts; none when the message is older than its interval, as a newer one is on its way. */
export const checkAccounts = async (
  deps: MailboxDeps,
  cache: ConfigCache,
  message: CheckMessage,
): Promise<CheckReport[]> => {
  const nowSeconds = Math.floor(deps.now() / 1_000);
  if (
    isCheck(message) &&
    message.byHand !== true &&
    message.long !== true &&
    isStale(message.tickSeconds, message.pollSeconds, nowSeconds)
  ) {
    deps.log.info('check.stale', { accounts: message.accounts.length, ageSeconds: nowSeconds - message.tickSeconds });
    return [];
  }
  const named = message.accounts.slice(0, LIMITS.accountsPerCheckMax);
  // Named twice, an account would fail the whole batch: DynamoDB takes no key twice.
  const refs = [...new Map(named.map((ref) => [JSON.stringify([ref.tenant, ref.accountId]), ref])).values()];
  if (message.deleted === true) {
    const { clearDeletedAccount } = await import('./delete-account.ts');
    for (const ref of refs) await clearDeletedAccount(deps, ref);
    deps.log.info('check.cleared', { accounts: refs.length });
    return [];
  }
  if (message.tell === true || message.stale === true || message.deliver !== undefined) {
    const [{ noteStale }, { tellAndDeliver }] = await Promise.all([
      import('./tell-stale.ts'),
      import('./webhooks/tell-and-deliver.ts'),
    ]);
    if (message.stale === true) for (const ref of refs) await noteStale(deps, ref);
    await tellAndDeliver(deps, message, refs);
    return [];
  }
  const heads = await readHeads(deps.table, refs);
  const reports: CheckReport[] = [];
  const gate = hostGate(LIMITS.connectionsPerHostMax);
  const runs = hostGate(LIMITS.runsAtOnceMax);
  const inBatch = message.batch !== undefined;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < refs.length) {
      const index = next;
      next += 1;
      const ref = refs[index];
      if (ref === undefined) return;
      const head = heads.get(ref.accountId);
      reports[index] =
        head === undefined
          ? { ref, outcome: 'left', reason: 'it is not there' }
          : await checkAccount(deps, ref, head, {
              cache,
              gate,
              ...(inBatch ? { runs } : {}),
              inBatch,
              byHand: message.byHand === true,
            });
    }
  };
  await Promise.all(Array.from({ length: Math.min(LIMITS.connectionsAtOnceMax, refs.length) }, work));
  await recordHeartbeat(deps, message, reports);
  if (inBatch || message.long === true) await handOn(deps, message, reports);
  const untold = reports.filter(({ ref, ...report }) => hasUntold(report, heads.get(ref.accountId)));
  await askToTell(
    deps,
    untold.map(({ ref }) => ref),
  );
  deps.log.info('check.done', countOutcomes(reports));
  return reports;
};

const isCheck = ({ tell, stale, deliver }: CheckMessage): boolean =>
  tell !== true && stale !== true && deliver === undefined;

/** Known from this run, or left by one whose worker died before it could ask. */
const hasUntold = (report: Pick<CheckReport, 'untold'>, head: Head | undefined): boolean =>
  report.untold === true || (head?.untold?.size ?? 0) > 0;

const countOutcomes = (reports: readonly CheckReport[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { outcome } of reports) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};
