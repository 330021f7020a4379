/** Copies of the table that outlive it: where an operator asks for them, one a day, in a vault of their own. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault, type IBackupVault } from 'aws-cdk-lib/aws-backup';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Data } from './data.ts';
import type { StackSettings } from './settings.ts';

export const createBackups = (
  scope: Construct,
  { table }: Data,
  { backupDays }: StackSettings,
): IBackupVault | undefined => {
  if (backupDays === 0) return undefined;
  const vault = new BackupVault(scope, 'Backups', {
    blockRecoveryPointDeletion: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const plan = new BackupPlan(scope, 'BackupPlan', {
    backupVault: vault,
    backupPlanRules: [
      new BackupPlanRule({
        ruleName: 'daily',
        scheduleExpression: Schedule.cron({ hour: '3', minute: '20' }),
        startWindow: Duration.hours(1),
        completionWindow: Duration.hours(8),
        deleteAfter: Duration.days(backupDays),
      }),
    ],
  });
  const role = new Role(scope, 'BackupRole', {
    assumedBy: new ServicePrincipal('backup.amazonaws.com'),
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSBackupServiceRolePolicyForBackup')],
  });
  plan.addSelection('Table', {
    role,
    disableDefaultBackupPolicy: true,
    resources: [BackupResource.fromDynamoDbTable(table)],
  });
  return vault;
};
