/** What is measured of a deployment: alarms judge these, the dashboard shows them. */
import { Duration } from 'aws-cdk-lib';
import type { IBackupVault } from 'aws-cdk-lib/aws-backup';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Api } from './api.ts';
import type { Data } from './data.ts';
import type { Clockwork } from './sync.ts';

export type Watched = Clockwork & Api & Data & { readonly backups: IBackupVault | undefined };

export const PERIOD = Duration.minutes(5);
const SUM = { period: PERIOD, statistic: 'Sum' } as const;
const MAXIMUM = { period: PERIOD, statistic: 'Maximum' } as const;

/** What a function counts itself, under its POWERTOOLS_SERVICE_NAME, which is Powertools' own dimension. */
const own = (name: 'dispatch' | 'sync', metricName: string, statistic: 'Sum' | 'Maximum'): Metric =>
  new Metric({
    namespace: 'Mailyard',
    metricName,
    dimensionsMap: { service: `mailyard-${name}` },
    period: PERIOD,
    statistic,
  });

export const metricsOf = (watched: Watched) => {
  const { checks, longChecks, deadLetters, dispatch, sync, api, mail, http, table, backups } = watched;
  const functions: Readonly<Record<string, NodejsFunction>> = { Dispatch: dispatch, Sync: sync, Api: api, Mail: mail };
  const each = <T>(of: (lambda: NodejsFunction) => T): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(functions).map(([name, lambda]) => [name, of(lambda)]));
  const added = (label: string, metrics: Readonly<Record<string, IMetric>>): MathExpression =>
    new MathExpression({
      label,
      period: PERIOD,
      expression: Object.keys(metrics)
        .map((name) => name.toLowerCase())
        .join(' + '),
      usingMetrics: Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name.toLowerCase(), metric])),
    });
  return {
    deadLetters: deadLetters.metricApproximateNumberOfMessagesVisible(MAXIMUM),
    waiting: checks.metricApproximateNumberOfMessagesVisible(MAXIMUM),
    longQueueAge: longChecks.metricApproximateAgeOfOldestMessage(MAXIMUM),
    queueAge: checks.metricApproximateAgeOfOldestMessage(MAXIMUM),
    stale: own('dispatch', 'AccountsStale', 'Maximum'),
    unreachable: own('dispatch', 'AccountsUnreachable', 'Maximum'),
    oldestDue: own('dispatch', 'OldestDueSeconds', 'Maximum'),
    loginsRefused: own('sync', 'LoginsRefused', 'Sum'),
    quiet: own('sync', 'AccountsQuiet', 'Sum'),
    synced: own('sync', 'AccountsSynced', 'Sum'),
    failed: own('sync', 'AccountsFailed', 'Sum'),
    ticks: dispatch.metricInvocations(SUM),
    errors: each((lambda) => lambda.metricErrors(SUM)),
    durations: each((lambda) => lambda.metricDuration(MAXIMUM)),
    throttles: added(
      'functions throttled',
      each((lambda) => lambda.metricThrottles(SUM)),
    ),
    tableThrottles: added('table throttled', {
      reads: table.metric('ReadThrottleEvents', SUM),
      writes: table.metric('WriteThrottleEvents', SUM),
    }),
    readUnits: table.metricConsumedReadCapacityUnits(SUM),
    writeUnits: table.metricConsumedWriteCapacityUnits(SUM),
    backupsFailed:
      backups === undefined
        ? undefined
        : new Metric({
            namespace: 'AWS/Backup',
            metricName: 'NumberOfBackupJobsFailed',
            dimensionsMap: { BackupVaultName: backups.backupVaultName },
            ...SUM,
          }),
    requests: http.metricCount(SUM),
    clientErrors: http.metricClientError(SUM),
    serverErrors: http.metricServerError(SUM),
    latency: http.metricLatency({ period: PERIOD, statistic: 'p99' }),
    timeouts: each((lambda) => lambda.timeout ?? Duration.seconds(3)),
  };
};
