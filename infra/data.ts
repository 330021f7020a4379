/** What must survive: one table, and the key that opens the deployment's private key in it. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { mayBeThrownAway, type StackSettings } from './settings.ts';

export type Data = { readonly table: Table; readonly key: Key };

export const DUE_INDEX = 'due';

export const createData = (scope: Construct, settings: StackSettings): Data => {
  const throwAway = mayBeThrownAway(settings);
  const removalPolicy = throwAway ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
  // Encrypted by DynamoDB's own key, at no cost per request; credentials in it are sealed besides.
  const table = new Table(scope, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled: true,
      recoveryPeriodInDays: settings.recoveryDays,
    },
    timeToLiveAttribute: 'expiresAt',
    deletionProtection: !throwAway,
    removalPolicy,
  });
  table.addGlobalSecondaryIndex({
    indexName: DUE_INDEX,
    partitionKey: { name: 'pollGroup', type: AttributeType.STRING },
    sortKey: { name: 'pk', type: AttributeType.STRING },
    projectionType: ProjectionType.KEYS_ONLY,
  });
  const key = new Key(scope, 'VaultKey', {
    description: 'Opens the private key that mail credentials are sealed to',
    enableKeyRotation: true,
    removalPolicy,
  });
  return { table, key };
};
