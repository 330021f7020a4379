import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { SYNC_MEMORY_MB } from '../../bench/cost.ts';
import { readSettings as readFunctionSettings } from '../../functions/settings.ts';
import { addPolicyChecks, EXCEPTIONS } from '../../infra/policy-checks.ts';
import { MAIL_ROUTES } from '../../infra/routes.ts';
import { SCOPE_PREFIX } from '../../shared/api/caller.ts';
import { SCOPES } from '../../shared/api/route.ts';
import { LIMITS } from '../../shared/limits.ts';
import { HEARTBEAT_PK_PREFIX, TOMBSTONE_PK, WAKE_PK } from '../../shared/store/keys.ts';
import { ENCRYPTION_CONTEXT } from '../../shared/vault/kms-keyring.ts';
import { REQUEST_KEY_CONTEXT } from '../../shared/vault/kms-request-key.ts';
import { appWith, templateWith } from './synthesise.ts';

type Statement = { Action: string | string[]; Resource: unknown; Condition?: unknown; Effect: string };
type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };

const template = templateWith();
const resources: Record<string, Resource> = template.toJSON()['Resources'];

/** What the role of a function may do, by the function's logical name without its hash. */
const statementsOf = (name: string): Statement[] => {
  const [roleId] = Object.entries(resources).find(
    ([id, resource]) => resource.Type === 'AWS::IAM::Role' && id.startsWith(`${name}Role`),
  ) ?? [''];
  return Object.values(resources)
    .filter(
      (resource) =>
        resource.Type === 'AWS::IAM::Policy' && JSON.stringify(resource.Properties['Roles']).includes(roleId),
    )
    .flatMap((resource) => (resource.Properties['PolicyDocument'] as { Statement: Statement[] }).Statement);
};

const actionsOf = (name: string): string[] =>
  statementsOf(name)
    .flatMap((statement) => statement.Action)
    .filter((action) => !action.startsWith('logs:'))
    .sort();

const TABLE_ACTIONS = ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
  (name) => `dynamodb:${name}`,
);
const RECEIVE = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];

test('the table is on demand, recoverable to any second, expires items and has the one keys-only index', () => {
  template.hasResourceProperties('AWS::DynamoDB::Table', {
    BillingMode: 'PAY_PER_REQUEST',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'pollGroup', KeyType: 'HASH' },
          { AttributeName: 'pk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
});

test('table, key and users outlive their stack, except on the dev stage', () => {
  const kept = ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Cognito::UserPool'];
  for (const type of kept) template.hasResource(type, { DeletionPolicy: 'Retain' });
  template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
  const dev = templateWith({ stage: 'dev' });
  for (const type of kept) dev.hasResource(type, { DeletionPolicy: 'Delete' });
  dev.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
  const kind = templateWith({ stage: 'dev', removal: 'retain' });
  for (const type of kept) kind.hasResource(type, { DeletionPolicy: 'Retain' });
  const told = templateWith({ removal: 'destroy' });
  for (const type of kept) told.hasResource(type, { DeletionPolicy: 'Delete' });
  assert.throws(() => templateWith({ removal: 'perhaps' }), /context removal must be one of retain, destroy/);
});

test('queues are encrypted, take TLS only, and what fails three times ends with the dead letters', () => {
  template.resourceCountIs('AWS::SQS::Queue', 3);
  template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  template.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 3 } });
  template.resourceCountIs('AWS::SQS::QueuePolicy', 3);
  template.allResourcesProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: Match.objectLike({
      Statement: [Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    }),
  });
});

test('a failed check is put back alone, and a message stays hidden for longer than a run lasts', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: Match.anyValue() },
  });
  const timeoutSeconds = Number(functionNamed('Sync')?.['Timeout']);
  template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
  assert.ok(timeoutSeconds >= LIMITS.runSeconds + LIMITS.stopBeforeDeadlineSeconds, `${timeoutSeconds}`);
  for (const name of [/^Checks[0-9A-F]{8}$/, /^LongChecks[0-9A-F]{8}$/]) {
    const [queueId, queue] = Object.entries(resources).find(([id]) => name.test(id)) ?? [];
    assert.ok(Number(queue?.Properties['VisibilityTimeout']) > timeoutSeconds);
    // Longer than the longest interval, or checks of that would be lost before they are old.
    assert.ok(Number(queue?.Properties['MessageRetentionPeriod']) >= Math.max(...LIMITS.pollSecondsAllowed));
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      EventSourceArn: { 'Fn::GetAtt': [queueId, 'Arn'] },
    });
  }
});

const functionNamed = (name: string): Record<string, unknown> | undefined =>
  Object.entries(resources).find(
    ([id, resource]) => resource.Type === 'AWS::Lambda::Function' && id.replace(/[0-9A-F]{8}$/, '') === name,
  )?.[1].Properties;

test('the four functions run Node 24 on arm64, each with a log group of its own that forgets', () => {
  template.resourceCountIs('AWS::Lambda::Function', 4);
  template.allResourcesProperties('AWS::Lambda::Function', { Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  const groups = ['Dispatch', 'Sync', 'Api', 'Mail'].map((name) =>
    JSON.stringify(functionNamed(name)?.['LoggingConfig']),
  );
  assert.equal(new Set(groups).size, 4);
});

test('what the cost is computed for is what is deployed', () => {
  assert.equal(functionNamed('Sync')?.['MemorySize'], SYNC_MEMORY_MB);
});

test('each function is told what it needs and no more', () => {
  const environment = (name: string): string[] =>
    Object.keys((functionNamed(name)?.['Environment'] as { Variables: object } | undefined)?.Variables ?? {}).sort();
  const base = ['NODE_OPTIONS', 'POWERTOOLS_SERVICE_NAME', 'QUEUE_URL', 'TABLE_NAME'];
  assert.deepEqual(environment('Dispatch'), base);
  // Whoever saves rules knows which functions there are: by default none.
  const saves = ['EVENT_BUS_NAME', 'KMS_KEY_ID', ...base, 'RULE_FUNCTION_NAMES'].sort();
  assert.deepEqual(environment('Api'), saves);
  assert.deepEqual(environment('Sync'), ['EVENT_BUS_NAME', 'KMS_KEY_ID', 'LONG_QUEUE_URL', ...base]);
  assert.deepEqual(environment('Mail'), ['LONG_QUEUE_URL', ...saves].sort());
  templateWith({ tenantClaim: 'org' }).resourcePropertiesCountIs(
    'AWS::Lambda::Function',
    { Environment: { Variables: Match.objectLike({ TENANT_CLAIM: 'org' }) } },
    2,
  );
});

test('functions that rules call are an operator’s choice, and may be invoked by what runs rules alone', () => {
  const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:is-urgent';
  const own = templateWith({ ruleFunctions: JSON.stringify({ 'is-urgent': arn }), ruleExample: 'true' });
  const told = { Environment: { Variables: Match.objectLike({ RULE_FUNCTIONS: Match.anyValue() }) } };
  own.resourcePropertiesCountIs('AWS::Lambda::Function', told, 2);
  own.resourcePropertiesCountIs(
    'AWS::Lambda::Function',
    { Environment: { Variables: Match.objectLike({ RULE_FUNCTION_NAMES: 'is-urgent,rule-example' }) } },
    2,
  );
  own.resourceCountIs('AWS::Lambda::Function', 5);
  template.resourceCountIs('AWS::Lambda::Function', 4);
  const named = { Action: 'lambda:InvokeFunction', Resource: Match.arrayWith([arn]) };
  const policy = { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(named)]) } };
  own.resourcePropertiesCountIs('AWS::IAM::Policy', policy, 2);
  assert.throws(() => templateWith({ ruleFunctions: '{"x":"y"}' }), /context ruleFunctions/);
  assert.throws(() => templateWith({ ruleExample: 'maybe' }), /context ruleExample/);
  assert.deepEqual(
    readFunctionSettings({ TABLE_NAME: 't', QUEUE_URL: 'q', RULE_FUNCTION_NAMES: '' }).ruleFunctionNames,
    [],
  );
});

test('each function may do exactly this', () => {
  assert.deepEqual(actionsOf('Dispatch'), [
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    ...Array(3).fill('dynamodb:Query'),
    'sqs:SendMessage',
  ]);
  assert.deepEqual(actionsOf('Sync'), [
    ...TABLE_ACTIONS,
    'events:PutEvents',
    'kms:Decrypt',
    'kms:Encrypt',
    ...RECEIVE,
    'sqs:SendMessage',
  ]);
  const keys = (times: number) => ['kms:Decrypt', 'kms:Encrypt'].flatMap((name) => Array(times).fill(name));
  assert.deepEqual(actionsOf('Api'), [...TABLE_ACTIONS, ...keys(1), 'sqs:SendMessage']);
  assert.deepEqual(actionsOf('Mail'), [...TABLE_ACTIONS, 'events:PutEvents', ...keys(2), 'sqs:SendMessage']);
});

test('events go to one bus, its own or the one that the operator named, from what delivers alone', () => {
  const busOf = (made: Template) =>
    Object.values(made.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) =>
      (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement.filter(
        ({ Action }) => [Action].flat().join() === 'events:PutEvents',
      ).map(({ Resource }) => JSON.stringify(Resource)),
    );
  template.resourceCountIs('AWS::Events::EventBus', 1);
  const [ofSync, ofMail, ...others] = busOf(template);
  assert.match(String(ofSync), /^\{"Fn::GetAtt":\["Events[0-9A-F]+","Arn"\]\}$/);
  assert.deepEqual([ofMail, others], [ofSync, []]);
  const named = templateWith({ eventBusName: 'house' });
  named.resourceCountIs('AWS::Events::EventBus', 0);
  for (const resource of busOf(named)) assert.match(resource, /:event-bus\/house"/);
  for (const one of [template, named]) {
    const told = Object.entries(one.findResources('AWS::Lambda::Function'))
      .filter(([, { Properties }]) => Properties['Environment']?.Variables?.EVENT_BUS_NAME !== undefined)
      .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
    assert.deepEqual(told.sort(), ['Api', 'Mail', 'Sync']);
  }
  assert.throws(() => templateWith({ eventBusName: 'a b' }), /context eventBusName/);
});

test('the dispatcher reads the index, and of the table heartbeats, deleted accounts and waiting webhooks alone; the others the table and not the index', () => {
  const resourceOf = (name: string): string =>
    JSON.stringify(
      statementsOf(name).find((statement) => [statement.Action].flat().includes('dynamodb:Query'))?.Resource,
    );
  assert.match(resourceOf('Dispatch'), /"\/index\/due"/);
  const ofTable = statementsOf('Dispatch').filter(({ Resource }) =>
    /^\{"Fn::GetAtt":\["Table/.test(JSON.stringify(Resource)),
  );
  assert.deepEqual(
    ofTable.map(({ Condition }) => Condition),
    [
      { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [TOMBSTONE_PK, WAKE_PK] } },
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${HEARTBEAT_PK_PREFIX}*`] } },
    ],
  );
  for (const name of ['Sync', 'Api', 'Mail'])
    assert.match(resourceOf(name), /^\{"Fn::GetAtt":\["Table[0-9A-F]+","Arn"\]\}$/);
});

test('each use of the key is under an encryption context of its own, and functions/api opens no credential', () => {
  const conditionOf = (context: Readonly<Record<string, string>>) => ({
    StringEquals: Object.fromEntries(
      Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]),
    ),
  });
  const conditionsOf = (name: string) =>
    statementsOf(name)
      .filter((one) => [one.Action].flat().some((action) => action.startsWith('kms:')))
      .map(({ Condition }) => Condition);
  assert.deepEqual(conditionsOf('Dispatch'), []);
  assert.deepEqual(conditionsOf('Sync'), [conditionOf(ENCRYPTION_CONTEXT)]);
  assert.deepEqual(conditionsOf('Api'), [conditionOf(REQUEST_KEY_CONTEXT)]);
  assert.deepEqual(conditionsOf('Mail'), [conditionOf(ENCRYPTION_CONTEXT), conditionOf(REQUEST_KEY_CONTEXT)]);
});

test('no role has a wildcard action, a bare wildcard resource or a managed policy', () => {
  for (const resource of Object.values(resources)) {
    if (resource.Type === 'AWS::IAM::Role') assert.equal(resource.Properties['ManagedPolicyArns'], undefined);
    if (resource.Type !== 'AWS::IAM::Policy') continue;
    for (const { Action, Resource } of (resource.Properties['PolicyDocument'] as { Statement: Statement[] })
      .Statement) {
      assert.ok(![Action].flat().some((action) => action.includes('*')), JSON.stringify(Action));
      assert.ok(!JSON.stringify(Resource).includes('*'), JSON.stringify(Resource));
    }
  }
});

test('every minute the dispatcher is called with the time of the tick', () => {
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Target: Match.objectLike({ Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}' }),
  });
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
});

test('every route asks for a token but what is told to everybody, and those that open a mailbox go to functions/mail', () => {
  const routes = Object.values(resources).filter((resource) => resource.Type === 'AWS::ApiGatewayV2::Route');
  const keysWith = (type: string) =>
    routes
      .filter((route) => route.Properties['AuthorizationType'] === type)
      .map((route) => String(route.Properties['RouteKey']))
      .sort();
  assert.ok(MAIL_ROUTES.length > 0);
  const mail = MAIL_ROUTES.map(({ method, path: at }) => `${method} ${at}`);
  assert.deepEqual(keysWith('JWT'), ['ANY /v1/{proxy+}', ...mail].sort());
  const pages = ['/docs', '/openapi.json'].flatMap((at) => [`GET ${at}`, `HEAD ${at}`]);
  assert.deepEqual(keysWith('NONE'), [...pages, 'OPTIONS /v1/{proxy+}'].sort());
});

test('tokens are looked for where the local server looks, and believed for their issuer and audience alone', () => {
  template.resourceCountIs('AWS::ApiGatewayV2::Authorizer', 1);
  template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: {
      Issuer: Match.anyValue(),
      Audience: [Match.anyValue(), Match.anyValue()],
    },
  });
  template.hasResourceProperties('AWS::Cognito::UserPoolResourceServer', {
    Identifier: SCOPE_PREFIX.slice(0, -1),
    Scopes: SCOPES.map((name) => Match.objectLike({ ScopeName: name })),
  });
});

test('tokens come from Cognito, or from the issuer that is given', () => {
  template.resourceCountIs('AWS::Cognito::UserPool', 1);
  const own = templateWith({ issuer: 'https://login.example.test/', audience: 'mailyard,other' });
  own.resourceCountIs('AWS::Cognito::UserPool', 0);
  own.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
    JwtConfiguration: { Issuer: 'https://login.example.test/', Audience: ['mailyard', 'other'] },
  });
  assert.throws(() => templateWith({ issuer: 'https://login.example.test/' }), /issuer and audience go together/);
  assert.throws(() => templateWith({ issuer: 'http://x', audience: 'a' }), /must begin with https/);
  assert.throws(() => templateWith({ stage: 'Über' }), /context stage/);
});

test('alarms watch what keeps mail from being checked and answers from being given, and mail whom they are told', () => {
  const watched = [
    ...['ApproximateNumberOfMessagesVisible', 'OldestDueSeconds', 'LoginsRefused', '5xx', 'Errors', 'Duration'],
  ];
  for (const MetricName of watched) template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName });
  // 90 % of the five minutes that functions/sync has.
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Duration', Threshold: 270_000 });
  for (const MetricName of ['Throttles', 'WriteThrottleEvents'])
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Metrics: Match.arrayWith([
        Match.objectLike({ MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName }) }) }),
      ]),
    });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'AccountsStale',
    Namespace: 'Mailyard',
    // As functions/dispatch names itself to Powertools.
    Dimensions: [{ Name: 'service', Value: 'mailyard-dispatch' }],
    Threshold: 1,
  });
  assert.match(JSON.stringify(functionNamed('Dispatch')?.['Environment']), /"mailyard-dispatch"/);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: 300,
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'Invocations',
    TreatMissingData: 'breaching',
  });
  const mailed = templateWith({ alarmEmail: 'ops@example.test' });
  mailed.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.test' });
  mailed.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()] });
});

/** Ids that the packs find, from the report that a failed synth leaves. */
const findings = (exceptions: typeof EXCEPTIONS, context?: Record<string, unknown>): string[] => {
  const { app, stack } = appWith(context);
  addPolicyChecks(app, stack, exceptions);
  try {
    app.synth();
    return [];
  } catch {
    const report = readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8');
    return [
      ...new Set([...report.matchAll(/"(?:AwsSolutions|Serverless)-[A-Z][A-Za-z0-9]*/g)].map(([id]) => id.slice(1))),
    ].sort();
  }
};

test('the policy packs find nothing that is not answered, and every answer answers something', (t) => {
  assert.deepEqual(findings(EXCEPTIONS), []);
  const everything = {
    alarmEmail: 'ops@example.test',
    stage: 'dev',
    removal: 'retain',
    backupDays: '7',
    fixedEgressIp: 'true',
  };
  assert.deepEqual(findings(EXCEPTIONS, everything), []);
  // What is found on purpose need not be read by people.
  t.mock.method(process.stderr, 'write', () => true);
  const answered = new Set(EXCEPTIONS.map(({ id }) => /^\w+::([\w-]+)/.exec(id)?.[1] ?? ''));
  assert.deepEqual(findings([], everything), [...answered].sort());
  for (const { reason } of EXCEPTIONS) assert.ok(reason.length > 20);
});
