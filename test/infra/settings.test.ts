/** What an operator may choose, and what becomes of it in the stack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { readSettings as readFunctionSettings } from '../../functions/settings.ts';
import { USUAL_SCHEDULE } from '../../shared/sync/schedule.ts';
import { templateWith } from './synthesise.ts';

const template = templateWith();

test('sizes and bounds are settings, and a wrong one is named', () => {
  const own = templateWith({
    syncMemoryMb: '2048',
    logRetentionDays: '7',
    syncsAtOnceMax: 50,
    requestsAtOnceMax: '10',
    recoveryDays: '3',
  });
  own.hasResourceProperties('AWS::Lambda::Function', { Timeout: 300, MemorySize: 2_048 });
  own.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  own.hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 50 } });
  own.hasResourceProperties('AWS::ApiGatewayV2::Stage', { DefaultRouteSettings: { ThrottlingBurstLimit: 10 } });
  own.hasResourceProperties('AWS::DynamoDB::Table', { PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 3 } });
  for (const wrong of [
    { syncMemoryMb: '64' },
    { logRetentionDays: '8' },
    { recoveryDays: '36' },
    { syncsAtOnceMax: 'many' },
  ]) {
    const [name = ''] = Object.keys(wrong);
    assert.throws(() => templateWith(wrong), new RegExp(`context ${name} must be`));
  }
});

test('whose deployment it is can be invited into the user pool, and stays there', () => {
  template.resourceCountIs('AWS::Cognito::UserPoolUser', 0);
  const own = templateWith({ owner: 'you@example.test' });
  own.hasResource('AWS::Cognito::UserPoolUser', {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      Username: 'you@example.test',
      DesiredDeliveryMediums: ['EMAIL'],
      UserAttributes: Match.arrayWith([{ Name: 'email', Value: 'you@example.test' }]),
      MessageAction: Match.absent(),
    },
  });
  assert.throws(() => templateWith({ owner: 'you' }), /context owner must be a mail address/);
  const elsewhere = { owner: 'you@example.test', issuer: 'https://login.example.test/', audience: 'a' };
  assert.throws(() => templateWith(elsewhere), /context owner must be left out beside issuer/);
});

test('copies of the table beside it are made where they are asked for, by a role that can do nothing else, and kept so long', () => {
  template.resourceCountIs('AWS::Backup::BackupPlan', 0);
  const kept = templateWith({ backupDays: '90' });
  const [[vaultId = ''] = []] = Object.entries(kept.findResources('AWS::Backup::BackupVault'));
  kept.hasResource('AWS::Backup::BackupVault', {
    DeletionPolicy: 'Retain',
    Properties: {
      AccessPolicy: {
        Statement: [Match.objectLike({ Effect: 'Deny', Action: Match.arrayWith(['backup:DeleteRecoveryPoint']) })],
      },
    },
  });
  kept.hasResourceProperties('AWS::Backup::BackupPlan', {
    BackupPlan: {
      BackupPlanRule: [
        Match.objectLike({
          Lifecycle: { DeleteAfterDays: 90 },
          ScheduleExpression: 'cron(20 3 * * ? *)',
          TargetBackupVault: { 'Fn::GetAtt': [vaultId, 'BackupVaultName'] },
        }),
      ],
    },
  });
  const [[tableId = ''] = []] = Object.entries(kept.findResources('AWS::DynamoDB::Table'));
  const [selection] = Object.values(kept.findResources('AWS::Backup::BackupSelection'));
  assert.match(JSON.stringify(selection?.['Properties'].BackupSelection.Resources), new RegExp(`"${tableId}"`));
  kept.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'NumberOfBackupJobsFailed', Threshold: 1 });
  assert.throws(() => templateWith({ backupDays: '90', stage: 'dev' }), /backupDays must be 0, or removal retain/);
  templateWith({ backupDays: '7', stage: 'dev', removal: 'retain' }).resourceCountIs('AWS::Backup::BackupPlan', 1);
});

test('how often accounts are checked is a setting that every function is told in the same words', () => {
  const asked = { pollSecondsAllowed: '900,300', pollShards: '8', accountsPerCheck: 50 };
  const functions = Object.values(templateWith(asked).findResources('AWS::Lambda::Function'));
  const told = functions.map(({ Properties }) => Properties['Environment'].Variables.SCHEDULE as string);
  assert.equal(functions.length, 4);
  const schedule = { pollSecondsAllowed: [300, 900], pollSecondsDefault: 300, pollShards: 8, accountsPerCheck: 50 };
  for (const SCHEDULE of told)
    assert.deepEqual(readFunctionSettings({ TABLE_NAME: 't', QUEUE_URL: 'q', SCHEDULE }).schedule, schedule);
  assert.deepEqual(readFunctionSettings({ TABLE_NAME: 't', QUEUE_URL: 'q' }).schedule, USUAL_SCHEDULE);
  const usual = {
    pollSecondsAllowed: '3600,900,300,60',
    pollSecondsDefault: '60',
    pollShards: 4,
    accountsPerCheck: 100,
  };
  const variables = Match.objectLike({ SCHEDULE: Match.anyValue() });
  templateWith(usual).resourcePropertiesCountIs('AWS::Lambda::Function', { Environment: { Variables: variables } }, 0);
  for (const [wrong, says] of [
    [{ pollSecondsAllowed: '60,120' }, 'pollSecondsAllowed must be some of 60,300,900,3600'],
    [{ pollSecondsAllowed: '300,900', pollSecondsDefault: '60' }, 'pollSecondsDefault must be one of 300, 900'],
    [{ pollShards: '17' }, 'pollShards must be a whole number from 1 to 16'],
    [{ pollShards: '0' }, 'pollShards must be'],
    [{ accountsPerCheck: '101' }, 'accountsPerCheck must be a whole number from 1 to 100'],
  ] as const)
    assert.throws(() => templateWith(wrong), new RegExp(`context ${says}`));
});

test('one address towards mail servers is made when asked for, for what opens mailboxes alone', () => {
  template.resourceCountIs('AWS::EC2::NatGateway', 0);
  const fixed = templateWith({ fixedEgressIp: 'true', allowedPorts: '1993' });
  fixed.resourceCountIs('AWS::EC2::NatGateway', 1);
  fixed.resourcePropertiesCountIs('AWS::Lambda::Function', { VpcConfig: Match.anyValue() }, 2);
  fixed.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupIngress: Match.absent(),
    SecurityGroupEgress: [143, 443, 993, 1_993].map((port) => Match.objectLike({ FromPort: port, ToPort: port })),
  });
  fixed.hasOutput('EgressIp', {});
});

test('only what connects to mail servers is told of an operator\u2019s own networks and ports', () => {
  templateWith({ allowedNetworks: '10.0.0.0/8', allowedPorts: '1993' }).resourcePropertiesCountIs(
    'AWS::Lambda::Function',
    { Environment: { Variables: Match.objectLike({ ALLOWED_NETWORKS: '10.0.0.0/8', ALLOWED_PORTS: '1993' }) } },
    2,
  );
  assert.throws(() => templateWith({ allowedNetworks: 'anything' }), /allowedNetworks/);
});

test('an operator asks for a new vault key by a time, and only what may open the vault is told', () => {
  const told = templateWith({ vaultKeyNotBefore: '2026-11-23T12:00Z' });
  const variables = Match.objectLike({ VAULT_KEY_NOT_BEFORE: '2026-11-23T12:00Z' });
  told.resourcePropertiesCountIs('AWS::Lambda::Function', { Environment: { Variables: variables } }, 2);
  assert.throws(() => templateWith({ vaultKeyNotBefore: 'soon' }), /context vaultKeyNotBefore/);
  assert.ok(!Number.isNaN(Date.parse('2026-11-23T12:00Z')));
});

test('sign-in providers are told to what opens mailboxes alone, and are read there as they were given', async () => {
  const oauthProviders = JSON.stringify([
    { id: 'google', clientId: 'id', redirectUris: ['https://app.example.test/callback'] },
  ]);
  const variables = Match.objectLike({ OAUTH_PROVIDERS: oauthProviders });
  const told = templateWith({ oauthProviders });
  told.resourcePropertiesCountIs('AWS::Lambda::Function', { Environment: { Variables: variables } }, 2);
  const environment = { TABLE_NAME: 't', QUEUE_URL: 'q', OAUTH_PROVIDERS: oauthProviders };
  assert.equal((await readFunctionSettings(environment).oauthProviders())[0]?.server.host, 'imap.gmail.com');
  assert.throws(() => templateWith({ oauthProviders: 'google' }), /context oauthProviders/);
  for (const wrong of ['[{"id":"google"}]', '[{"id":"own","clientId":"x","redirectUris":["https://a.test/"]}]']) {
    const settings = readFunctionSettings({ ...environment, OAUTH_PROVIDERS: wrong });
    await assert.rejects(settings.oauthProviders(), /OAuth provider/);
  }
});
