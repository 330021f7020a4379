/** cdk-nag's packs, run at every synth; what they find stops it. Exceptions stand here, each with its reason. */
import { type App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/** `at` is the one construct it is for, if the settings made it; without it, the whole stack. */
export type Exception = { readonly id: string; readonly reason: string; readonly at?: string };

export const EXCEPTIONS: readonly Exception[] = [
  {
    id: 'AwsSolutions::AwsSolutions-COG8',
    reason: 'The plus plan is priced per user and month; a second factor is required instead.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-APIG4',
    reason: 'Open are OPTIONS, /openapi.json and /docs alone: they tell of the API and of nobody’s data.',
    at: 'HttpApi',
  },
  {
    id: 'Serverless::Serverless-LambdaDLQ',
    reason: 'Three are called synchronously; a tick that the dispatcher drops is made good by the next minute.',
  },
  {
    id: 'Serverless::Serverless-LambdaAsyncFailureDestination',
    reason: 'A tick that the dispatcher drops is made good by the next minute, and an alarm hears of its errors.',
    at: 'Dispatch',
  },
  {
    id: 'Serverless::Serverless-SQSRedrivePolicy',
    reason: 'It is the dead-letter queue.',
    at: 'ChecksDeadLetters',
  },
  {
    id: 'Serverless::Serverless-SNSRedrivePolicy',
    reason: 'An alarm that cannot be mailed is still seen in CloudWatch.',
    at: 'Alarms',
  },
  {
    id: 'Serverless::Serverless-LambdaEventSourceMappingDestination',
    reason: 'The queue that feeds the mapping has a dead-letter queue of its own.',
  },
  {
    id: 'Serverless::Serverless-LambdaTracing',
    reason: 'Durations are logged as metrics; traces of calls made every minute cost more than the calls.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]',
    reason:
      'What AWS Backup needs changes with AWS Backup: a list of our own would fail one day, and no backup be made.',
    at: 'BackupRole',
  },
  ...['SyncRole', 'MailRole'].map((at) => ({
    id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
    reason: 'Lambda makes its own interfaces in a private network, and EC2 knows no narrower resource for that.',
    at,
  })),
];

export const addPolicyChecks = (app: App, stack: Stack, exceptions = EXCEPTIONS): void => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  for (const { id, reason, at } of exceptions) {
    const construct = at === undefined ? stack : stack.node.tryFindChild(at);
    if (construct !== undefined) Validations.of(construct).acknowledge({ id, reason });
  }
};
