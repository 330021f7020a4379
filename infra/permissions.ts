/** The few things a function may be allowed; each names its actions and its one resource. */
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Bus } from './event-bus.ts';

export const useTable = (table: Table): PolicyStatement =>
  new PolicyStatement({
    actions: [
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
    ],
    // The table alone: its index crosses tenants and is for the dispatcher.
    resources: [table.tableArn],
  });

export const queryIndex = (table: Table, index: string): PolicyStatement =>
  new PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${table.tableArn}/index/${index}`] });

/** Which accounts were deleted and which webhooks wait (shared/store/tombstones.ts, deliveries.ts), and nothing else of the table. */
export const queryWhatIsDue = (table: Table): PolicyStatement =>
  new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['D', 'E'] } },
  });

/** The items that say which accounts were checked when (shared/store/heartbeats.ts), and no others of the table. */
export const watchHeartbeats = (table: Table): PolicyStatement =>
  new PolicyStatement({
    actions: ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['B#*'] } },
  });

/** Those alone that the operator named; versions and aliases of them stand for themselves. */
export const invokeFunctions = (arns: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [...arns] });

/** That bus alone: no other of the account, the default one neither. */
export const putEventsOn = (bus: Bus): PolicyStatement =>
  new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] });

export const sendTo = (...queues: readonly IQueue[]): PolicyStatement =>
  new PolicyStatement({ actions: ['sqs:SendMessage'], resources: queues.map(({ queueArn }) => queueArn) });

/** What Lambda does with a queue on behalf of the function that it feeds (developer guide, "Creating and configuring an SQS event source mapping"). */
export const receiveFrom = (...queues: readonly IQueue[]): PolicyStatement =>
  new PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: queues.map(({ queueArn }) => queueArn),
  });

/** Lambda's own interfaces in a private network; EC2 knows no narrower resource for these. */
export const usePrivateNetwork = (): PolicyStatement =>
  new PolicyStatement({
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  });

/** What each of the two contexts opens (shared/vault): the one private key, or the key that recognises requests. */
const underContext = (key: IKey, purpose: string): PolicyStatement =>
  new PolicyStatement({
    actions: ['kms:Encrypt', 'kms:Decrypt'],
    resources: [key.keyArn],
    conditions: {
      StringEquals: {
        'kms:EncryptionContext:application': 'mailyard',
        'kms:EncryptionContext:purpose': purpose,
      },
    },
  });

export const openVault = (key: IKey): PolicyStatement => underContext(key, 'credential-key');

/** Opens no credential: who may do this and not `openVault` can seal and not open. */
export const recogniseRequests = (key: IKey): PolicyStatement => underContext(key, 'request-key');
