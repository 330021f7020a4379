/** What somebody on call should hear about. Each alarm has its line in docs/operations.md, under its name. */
import {
  type Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  type MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { metricsOf, type Watched } from './metrics.ts';
import type { StackSettings } from './settings.ts';

type Measured = IMetric & Pick<Metric | MathExpression, 'createAlarm'>;
type Named = readonly [name: string, metric: Measured, says: string, options?: Partial<CreateAlarmOptions>];

const BEHIND_SECONDS = 300;
const LONG_BEHIND_SECONDS = 3_600;
const OLDEST_DUE_SECONDS = 600;
const ERRORS = 3;
const SERVER_ERRORS = 5;
const LOGINS_REFUSED = 10;
/** Of the time that a function has. */
const NEAR_LIMIT = 0.9;

export const createAlarms = (scope: Construct, watched: Watched, settings: StackSettings): void => {
  const metrics = metricsOf(watched);
  const named: Named[] = [
    ['DeadLetters', metrics.deadLetters, 'A check failed for good; its message waits with the dead letters.'],
    [
      'Behind',
      metrics.queueAge,
      'Checks wait for minutes: more accounts are due than are checked.',
      { threshold: BEHIND_SECONDS },
    ],
    [
      'LongBehind',
      metrics.longQueueAge,
      'First syncs, or rules applied to existing mail, have waited for an hour.',
      { threshold: LONG_BEHIND_SECONDS },
    ],
    ['OldestDue', metrics.oldestDue, 'Some account has been due for ten minutes.', { threshold: OLDEST_DUE_SECONDS }],
    [
      'Stale',
      metrics.stale,
      'No check has come to some account for three of its intervals, and its mail server is not why; see the queue and functions/sync.',
    ],
    [
      'LoginsRefused',
      metrics.loginsRefused,
      'Mail servers or sign-in providers let many accounts in no more.',
      { threshold: LOGINS_REFUSED },
    ],
    [
      'Standstill',
      metrics.ticks,
      'The dispatcher was not called for ten minutes: no mailbox is being checked.',
      {
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: 2,
        treatMissingData: TreatMissingData.BREACHING,
      },
    ],
    ['Throttles', metrics.throttles, 'Lambda refused to run functions: too many at once for this account.'],
    ['TableThrottles', metrics.tableThrottles, 'DynamoDB refused reads or writes.', { evaluationPeriods: 2 }],
    ['ServerErrors', metrics.serverErrors, 'The HTTP API answered 5xx.', { threshold: SERVER_ERRORS }],
    ...(metrics.backupsFailed === undefined
      ? []
      : [['Backup', metrics.backupsFailed, 'The daily copy of the table failed.'] satisfies Named]),
    ...Object.entries(metrics.errors).map(
      ([name, metric]): Named => [
        `${name}Errors`,
        metric,
        `functions/${name.toLowerCase()} fails.`,
        { threshold: ERRORS },
      ],
    ),
    ...Object.entries(metrics.durations).map(
      ([name, metric]): Named => [
        `${name}Duration`,
        metric,
        `functions/${name.toLowerCase()} takes nearly all the time it has.`,
        { threshold: (metrics.timeouts[name]?.toMilliseconds() ?? 0) * NEAR_LIMIT },
      ],
    ),
  ];
  const alarms = named.map(
    ([name, metric, alarmDescription, options]): Alarm =>
      metric.createAlarm(scope, `${name}Alarm`, {
        alarmDescription: `${alarmDescription} docs/operations.md, ${name}.`,
        threshold: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        ...options,
      }),
  );
  if (settings.alarmEmail === undefined) return;
  const topic = new Topic(scope, 'Alarms', { enforceSSL: true });
  topic.addSubscription(new EmailSubscription(settings.alarmEmail));
  for (const one of alarms) one.addAlarmAction(new SnsAction(topic));
};
