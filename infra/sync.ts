/** The clockwork: every minute the due accounts are found, sent in batches through a queue, and checked. */
import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type Data, DUE_INDEX } from './data.ts';
import type { Bus } from './event-bus.ts';
import { createFunction } from './functions.ts';
import type { Network } from './network.ts';
import {
  openVault,
  putEventsOn,
  queryIndex,
  queryWhatIsDue,
  receiveFrom,
  sendTo,
  useTable,
  watchHeartbeats,
} from './permissions.ts';
import type { RuleFunctions } from './rule-functions.ts';
import { mailboxEnvironment, type StackSettings, scheduleEnvironment } from './settings.ts';

export type Clockwork = {
  readonly checks: Queue;
  /** First syncs, and rules applied to what is there: one account a message. */
  readonly longChecks: Queue;
  readonly deadLetters: Queue;
  readonly dispatch: NodejsFunction;
  readonly sync: NodejsFunction;
};

/** Longer than a run may last (LIMITS.runSeconds), shorter than the time its messages stay hidden. */
const SYNC_TIMEOUT = Duration.minutes(5);
const HIDDEN = Duration.minutes(6);
const ATTEMPTS = 3;
const LONG_AT_ONCE_MAX = 10;

export const createClockwork = (
  scope: Construct,
  { table, key, bus }: Data & { readonly bus: Bus },
  settings: StackSettings,
  functions: RuleFunctions,
  network: Network | undefined,
): Clockwork => {
  const deadLetters = new Queue(scope, 'ChecksDeadLetters', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  const queue = (id: string): Queue =>
    new Queue(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: HIDDEN,
      retentionPeriod: Duration.hours(4),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: ATTEMPTS },
    });
  const checks = queue('Checks');
  const longChecks = queue('LongChecks');
  const dispatch = createFunction(scope, 'dispatch', {
    description: 'Finds the accounts that are due and sends them in batches',
    timeout: Duration.seconds(50),
    memoryMb: settings.memoryMb.dispatch,
    environment: { TABLE_NAME: table.tableName, QUEUE_URL: checks.queueUrl, ...scheduleEnvironment(settings) },
    may: [queryIndex(table, DUE_INDEX), queryWhatIsDue(table), watchHeartbeats(table), sendTo(checks)],
    logRetentionDays: settings.logRetentionDays,
  });
  const sync = createFunction(scope, 'sync', {
    description: 'Checks mailboxes and runs their rules',
    timeout: SYNC_TIMEOUT,
    memoryMb: settings.memoryMb.sync,
    environment: {
      TABLE_NAME: table.tableName,
      QUEUE_URL: checks.queueUrl,
      LONG_QUEUE_URL: longChecks.queueUrl,
      KMS_KEY_ID: key.keyArn,
      EVENT_BUS_NAME: bus.eventBusName,
      ...scheduleEnvironment(settings),
      ...mailboxEnvironment(settings),
      ...functions.environment,
    },
    may: [
      useTable(table),
      openVault(key),
      sendTo(checks, longChecks),
      receiveFrom(checks, longChecks),
      putEventsOn(bus),
      ...functions.may,
    ],
    logRetentionDays: settings.logRetentionDays,
    network,
  });
  // Made by hand, as CDK's event source grants what Lambda does not need.
  const feed = (id: string, from: Queue, maxConcurrency: number) =>
    new EventSourceMapping(scope, id, {
      target: sync,
      eventSourceArn: from.queueArn,
      // One message already is a batch of accounts, or one account with much to do.
      batchSize: 1,
      reportBatchItemFailures: true,
      maxConcurrency,
    });
  feed('ChecksToSync', checks, settings.syncsAtOnceMax);
  // Bounded apart, so that long work never takes the places of quick checks.
  feed('LongChecksToSync', longChecks, LONG_AT_ONCE_MAX);
  wakeEveryMinute(scope, dispatch);
  return { checks, longChecks, deadLetters, dispatch, sync };
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
