/** What somebody should hear about: lost messages, a queue that falls behind, errors, and a clock that stands still. */
import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Api } from './api.ts';
import type { StackSettings } from './settings.ts';
import type { Clockwork } from './sync.ts';

const PERIOD = Duration.minutes(5);
const BEHIND_SECONDS = 300;
const LONG_BEHIND_SECONDS = 3_600;
const ERRORS = 3;

export const createAlarms = (scope: Construct, clockwork: Clockwork, api: Api, settings: StackSettings): void => {
  const { checks, longChecks, deadLetters, dispatch, sync, syncLong } = clockwork;
  const alarm = (id: string, metric: Metric, alarmDescription: string, options: Partial<CreateAlarmOptions>): Alarm =>
    metric.createAlarm(scope, id, {
      alarmDescription,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...options,
    });
  const alarms = [
    alarm(
      'DeadLettersAlarm',
      deadLetters.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
      'A check failed for good; its message waits with the dead letters.',
      {},
    ),
    alarm(
      'BehindAlarm',
      checks.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' }),
      'Checks wait for minutes: more accounts are due than are checked.',
      { threshold: BEHIND_SECONDS },
    ),
    alarm(
      'LongBehindAlarm',
      longChecks.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'Maximum' }),
      'First syncs, or rules applied to existing mail, have waited for an hour.',
      { threshold: LONG_BEHIND_SECONDS },
    ),
    alarm(
      'StaleAlarm',
      new Metric({
        namespace: 'Mailyard',
        metricName: 'AccountsStale',
        // Powertools' own dimension: the function's POWERTOOLS_SERVICE_NAME.
        dimensionsMap: { service: 'mailyard-dispatch' },
        period: PERIOD,
        statistic: 'Maximum',
      }),
      'No check has reached some account for three of its intervals; GET /v1/health of its owner tells why.',
      {},
    ),
    alarm(
      'StandstillAlarm',
      dispatch.metricInvocations({ period: PERIOD, statistic: 'Sum' }),
      'The dispatcher was not called for ten minutes: no mailbox is being checked.',
      {
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: 2,
        treatMissingData: TreatMissingData.BREACHING,
      },
    ),
    ...Object.entries({ Dispatch: dispatch, Sync: sync, SyncLong: syncLong, Api: api.api, Mail: api.mail }).map(
      ([name, lambda]) =>
        alarm(
          `${name}ErrorsAlarm`,
          lambda.metricErrors({ period: PERIOD, statistic: 'Sum' }),
          `functions/${name === 'SyncLong' ? 'sync, at long work,' : name.toLowerCase()} fails.`,
          { threshold: ERRORS },
        ),
    ),
  ];
  if (settings.alarmEmail === undefined) return;
  const topic = new Topic(scope, 'Alarms', { enforceSSL: true });
  topic.addSubscription(new EmailSubscription(settings.alarmEmail));
  for (const one of alarms) one.addAlarmAction(new SnsAction(topic));
};
