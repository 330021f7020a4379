/** Checks the accounts of a message from the queue, and runs their rules. */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { destroyLeftOver } from '../shared/imap/session.ts';
import { LIMITS } from '../shared/limits.ts';
import { configCache } from '../shared/service/account-config.ts';
import type { CheckReport } from '../shared/service/check-account.ts';
import { checkAccounts } from '../shared/service/check-accounts.ts';
import { parseCheckMessage } from '../shared/service/check-message.ts';
import { bringUpToDate } from '../shared/store/layout.ts';
import { once } from '../shared/vault/once.ts';
import { mailboxDeps } from './mailbox-deps.ts';

const deps = mailboxDeps();
const cache = configCache(deps);
const metrics = new Metrics({ namespace: 'Mailyard' });
/** Once a cold start, by the one function that may do everything with the table. */
const upToDate = once(() => bringUpToDate(deps.table));
const processor = new BatchProcessor(EventType.SQS);

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(async (event: SQSEvent, context: Context) => {
  destroyLeftOver();
  await upToDate();
  const endsAt = deps.now() + context.getRemainingTimeInMillis() - LIMITS.stopBeforeDeadlineSeconds * 1_000;
  const check = async (record: SQSRecord): Promise<void> => {
    const message = parseCheckMessage(JSON.parse(record.body));
    count(await checkAccounts({ ...deps, deadline: () => endsAt }, cache, message));
  };
  return await processPartialResponse(event, check, processor, { context, throwOnFullBatchFailure: false });
});

/** Nothing but the owner's own hand helps: another password, or signing in again. */
const REFUSED: ReadonlySet<string> = new Set(['imap.auth-failed', 'oauth.reconnect']);

const count = (reports: readonly CheckReport[]): void => {
  const of = (outcome: CheckReport['outcome']) => reports.filter((report) => report.outcome === outcome).length;
  metrics.addMetric('AccountsQuiet', MetricUnit.Count, of('quiet'));
  metrics.addMetric('AccountsSynced', MetricUnit.Count, of('synced'));
  metrics.addMetric('AccountsFailed', MetricUnit.Count, of('failed'));
  const refused = reports.filter((report) => report.outcome === 'failed' && REFUSED.has(report.code));
  metrics.addMetric('LoginsRefused', MetricUnit.Count, refused.length);
  metrics.publishStoredMetrics();
};
