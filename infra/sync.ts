/** The clockwork: every minute the due accounts are found, sent in batches through a queue, and checked. */
import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type Data, DUE_INDEX } from './data.ts';
import { createFunction } from './functions.ts';
import { openVault, queryIndex, queryWhatIsDue, sendTo, useTable, watchHeartbeats } from './permissions.ts';
import type { RuleFunctions } from './rule-functions.ts';
import { mailboxEnvironment, type StackSettings } from './settings.ts';

export type Clockwork = {
  readonly checks: Queue;
  /** First syncs, and rules applied to what is there. */
  readonly longChecks: Queue;
  readonly deadLetters: Queue;
  readonly dispatch: NodejsFunction;
  readonly sync: NodejsFunction;
  readonly syncLong: NodejsFunction;
};

/** Longer than a run may last (LIMITS.runSeconds), shorter than the time its messages stay hidden. */
const SYNC_TIMEOUT = Duration.minutes(5);
const HIDDEN = Duration.minutes(6);
const ATTEMPTS = 3;
/** 100,000 accounts a minute are 1,000 batches, of two or three seconds each. */
const SYNCS_AT_ONCE_MAX = 60;
const LONG_AT_ONCE_MAX = 20;

export const createClockwork = (
  scope: Construct,
  { table, key }: Data,
  settings: StackSettings,
  functions: RuleFunctions,
): Clockwork => {
  const deadLetters = new Queue(scope, 'ChecksDeadLetters', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  const queue = (id: string, retentionPeriod: Duration): Queue =>
    new Queue(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: HIDDEN,
      retentionPeriod,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: ATTEMPTS },
    });
  // What is older than the longest interval is dropped unread, and what is left of it was sent again since.
  const checks = queue('Checks', Duration.hours(1));
  const longChecks = queue('LongChecks', Duration.hours(4));
  const dispatch = createFunction(scope, 'dispatch', {
    description: 'Finds the accounts that are due and sends them in batches',
    timeout: Duration.seconds(50),
    memoryMb: 512,
    environment: { TABLE_NAME: table.tableName, QUEUE_URL: checks.queueUrl },
    may: [queryIndex(table, DUE_INDEX), queryWhatIsDue(table), watchHeartbeats(table), sendTo(checks)],
  });
  const common = {
    timeout: SYNC_TIMEOUT,
    environment: {
      TABLE_NAME: table.tableName,
      QUEUE_URL: checks.queueUrl,
      LONG_QUEUE_URL: longChecks.queueUrl,
      KMS_KEY_ID: key.keyArn,
      ...mailboxEnvironment(settings),
      ...functions.environment,
    },
    may: [useTable(table), openVault(key), sendTo(checks), sendTo(longChecks), ...functions.may],
  };
  const sync = createFunction(scope, 'sync', {
    ...common,
    description: 'Checks mailboxes, many at once, and runs their rules',
    memoryMb: 384,
  });
  const syncLong = createFunction(scope, 'sync', {
    ...common,
    id: 'SyncLong',
    description: 'First syncs and rules applied to what is there, one mailbox at a time',
    memoryMb: 1_024,
  });
  // One message already is a batch of accounts, or one account with much to do.
  const taking = (queue: Queue, maxConcurrency: number) =>
    new SqsEventSource(queue, { batchSize: 1, reportBatchItemFailures: true, maxConcurrency });
  sync.addEventSource(taking(checks, SYNCS_AT_ONCE_MAX));
  syncLong.addEventSource(taking(longChecks, LONG_AT_ONCE_MAX));
  wakeEveryMinute(scope, dispatch);
  return { checks, longChecks, deadLetters, dispatch, sync, syncLong };
};

const wakeEveryMinute = (scope: Construct, dispatch: NodejsFunction): void => {
  // A tick that failed is not tried again: the next one is less than a minute away and finds the same accounts due.
  dispatch.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(60) });
  const role = new Role(scope, 'ScheduleRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [dispatch.functionArn] }));
  new Schedule(scope, 'EveryMinute', {
    description: 'Wakes the dispatcher',
    schedule: ScheduleExpression.rate(Duration.minutes(1)),
    target: new LambdaInvoke(dispatch, {
      // CDK's own grant would cover every version of the function too.
      role: role.withoutPolicyUpdates(),
      // The tick: the same when the event is delivered twice, so that a minute is claimed once.
      input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
      retryAttempts: 1,
      maxEventAge: Duration.seconds(60),
    }),
  });
};
