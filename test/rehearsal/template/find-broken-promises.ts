/** What this stack promises beyond what the schemas and cdk-nag ask: one small check each over the template. */
import { attributeOf } from './intrinsics.ts';
import { isRecord, type Json, ofType, type Resource, type Template } from './template.ts';

/** Gives a sentence where the resource breaks the promise. */
type Promised = {
  readonly type: string;
  readonly says: string;
  readonly holds: (resource: Resource, id: string, template: Template) => boolean;
};

const at = (value: Json | undefined, ...path: string[]): Json | undefined =>
  path.reduce<Json | undefined>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
const own = (resource: Resource | undefined, ...path: string[]): Json | undefined => at(resource?.Properties, ...path);

/** The resource that a `Ref` or `Fn::GetAtt` points to. */
const pointedTo = (template: Template, value: Json | undefined): string | undefined => {
  const id = at(value, 'Ref') ?? at(value, 'Fn::GetAtt');
  if (id === undefined) return undefined;
  const [name] = attributeOf(id);
  return name in template.Resources ? name : undefined;
};

const isMadeToStay = ({ DeletionPolicy, UpdateReplacePolicy }: Resource): boolean =>
  DeletionPolicy === UpdateReplacePolicy && ['Retain', 'Delete'].includes(DeletionPolicy ?? '');

export const statementsIn = (document: Json | undefined): readonly { readonly [name: string]: Json }[] =>
  [at(document, 'Statement') ?? []].flat().filter(isRecord);

/** AWS knows no narrower resource for these: whoever may do them may do them everywhere. */
export const EVERYWHERE: Readonly<Record<string, string>> = {
  'ec2:CreateNetworkInterface': 'Lambda puts its own interfaces into the network; EC2 names none before it is made',
  'ec2:DescribeNetworkInterfaces': 'EC2 grants no description of a single interface',
  'ec2:DescribeSubnets': 'EC2 grants no description of a single subnet',
  'ec2:DeleteNetworkInterface': 'its name is not known before Lambda made it',
  'ec2:AssignPrivateIpAddresses': 'its name is not known before Lambda made it',
  'ec2:UnassignPrivateIpAddresses': 'its name is not known before Lambda made it',
};

const isNarrow = (statement: { readonly [name: string]: Json }): boolean => {
  const actions = [statement['Action'] ?? []].flat().map(String);
  if (actions.length === 0 || actions.some((action) => action.includes('*'))) return false;
  if (actions.every((action) => action in EVERYWHERE)) return true;
  return statement['Resource'] !== undefined && !JSON.stringify(statement['Resource']).includes('*');
};

/** What AWS Backup needs is its own to say (infra/policy-checks.ts); it may be given to nobody else. */
const isOfAwsBackup = (role: Resource): boolean => {
  const policies = [own(role, 'ManagedPolicyArns') ?? []].flat().map((one) => JSON.stringify(one));
  const trusted = JSON.stringify(statementsIn(own(role, 'AssumeRolePolicyDocument')).map((one) => one['Principal']));
  return (
    policies.length === 1 &&
    policies.every((one) => one.includes('/AWSBackupServiceRolePolicyForBackup"')) &&
    trusted === '[{"Service":"backup.amazonaws.com"}]'
  );
};

export const PROMISES: readonly Promised[] = [
  {
    type: 'AWS::SQS::Queue',
    says: 'is encrypted',
    holds: (queue) => own(queue, 'SqsManagedSseEnabled') === true,
  },
  {
    type: 'AWS::SQS::Queue',
    says: 'is spoken to over TLS alone',
    holds: (_queue, id, template) =>
      ofType(template, 'AWS::SQS::QueuePolicy').some(
        ([, policy]) =>
          JSON.stringify(own(policy, 'Queues')).includes(`"${id}"`) &&
          statementsIn(own(policy, 'PolicyDocument')).some(
            (one) =>
              one['Effect'] === 'Deny' && JSON.stringify(one['Condition']).includes('"aws:SecureTransport":"false"'),
          ),
      ),
  },
  {
    type: 'AWS::DynamoDB::Table',
    says: 'can be taken back to any second',
    holds: (table) => own(table, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') === true,
  },
  ...['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Cognito::UserPool'].map((type) => ({
    type,
    says: 'says what becomes of it with its stack',
    holds: isMadeToStay,
  })),
  {
    type: 'AWS::KMS::Key',
    says: 'is rotated',
    holds: (key) => own(key, 'EnableKeyRotation') === true,
  },
  {
    type: 'AWS::Logs::LogGroup',
    says: 'forgets',
    holds: (group) => Number(own(group, 'RetentionInDays')) > 0,
  },
  {
    type: 'AWS::Lambda::Function',
    says: 'writes into a log group of this stack',
    holds: (lambda, _id, template) =>
      template.Resources[pointedTo(template, own(lambda, 'LoggingConfig', 'LogGroup')) ?? '']?.Type ===
      'AWS::Logs::LogGroup',
  },
  {
    type: 'AWS::Lambda::Permission',
    says: 'names who may call',
    holds: (permission) => own(permission, 'SourceArn') !== undefined || own(permission, 'SourceAccount') !== undefined,
  },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    says: 'puts back alone what failed',
    holds: (mapping) => JSON.stringify(own(mapping, 'FunctionResponseTypes')) === '["ReportBatchItemFailures"]',
  },
  {
    type: 'AWS::Lambda::EventSourceMapping',
    says: 'has a queue that hides a message for longer than the function runs, and gives up on it in the end',
    holds: (mapping, _id, template) => {
      const queue = template.Resources[pointedTo(template, own(mapping, 'EventSourceArn')) ?? ''];
      const lambda = template.Resources[pointedTo(template, own(mapping, 'FunctionName')) ?? ''];
      const dead = pointedTo(template, own(queue, 'RedrivePolicy', 'deadLetterTargetArn'));
      return dead !== undefined && Number(own(queue, 'VisibilityTimeout') ?? 30) > Number(own(lambda, 'Timeout') ?? 3);
    },
  },
  {
    type: 'AWS::IAM::Role',
    says: 'has no policy of somebody else’s',
    holds: (role) => own(role, 'ManagedPolicyArns') === undefined || isOfAwsBackup(role),
  },
  {
    type: 'AWS::IAM::Policy',
    says: 'names each action, and a resource for it',
    holds: (policy) => statementsIn(own(policy, 'PolicyDocument')).every(isNarrow),
  },
  {
    type: 'AWS::ApiGatewayV2::Stage',
    says: 'is throttled and keeps a log',
    holds: (stage) =>
      Number(own(stage, 'DefaultRouteSettings', 'ThrottlingRateLimit')) > 0 &&
      own(stage, 'AccessLogSettings', 'DestinationArn') !== undefined,
  },
  {
    type: 'AWS::SNS::Topic',
    says: 'is spoken to over TLS alone',
    holds: (_topic, id, template) =>
      ofType(template, 'AWS::SNS::TopicPolicy').some(
        ([, policy]) =>
          JSON.stringify(own(policy, 'Topics')).includes(`"${id}"`) &&
          JSON.stringify(own(policy, 'PolicyDocument')).includes('aws:SecureTransport'),
      ),
  },
];

export type PromiseReport = { readonly faults: readonly string[]; readonly held: number };

export const findBrokenPromises = (template: Template): PromiseReport => {
  const checked = PROMISES.flatMap(({ type, says, holds }) =>
    ofType(template, type).map(([id, resource]) => ({
      text: `${id} (${type}): ${says}`,
      held: holds(resource, id, template),
    })),
  );
  return {
    faults: checked.filter(({ held }) => !held).map(({ text }) => `not so: ${text}`),
    held: checked.filter(({ held }) => held).length,
  };
};
