/** The four bundled functions under the real runtime client, with Dovecot, DynamoDB, SQS and KMS on loopback: mail is filed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventOf } from '../api/api-under-test.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';
import { type Fauxqs, startFauxqs } from '../support/fauxqs.ts';
import { type Kms, startKms } from '../support/kms.ts';
import { letter } from '../support/mail.ts';
import { type Lambda, missingRuntimeClient, runLambda } from '../support/ric.ts';
import { type Bundle, bundleFunction } from '../support/ric-bundle.ts';

const NAMES = ['dispatch', 'sync', 'api', 'mail'] as const;
type Name = (typeof NAMES)[number];
const PASSWORD = 'canary-7f3a-password';

describe('the bundled functions', {
  skip: missingRuntimeClient() !== undefined && process.env['CI'] === undefined,
}, () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let database: TestTable;
  let queue: Fauxqs;
  let kms: Kms;
  let sqs: SQSClient;
  const bundles: Bundle[] = [];
  const running = new Map<Name, Lambda>();

  before(async () => {
    server = await startDovecot({ users: { alice: PASSWORD } });
    oracle = dovecotOracle(server);
    database = await startTable();
    queue = await startFauxqs({ checks: {}, long: {} });
    kms = await startKms();
    sqs = new SQSClient(queue.clientConfig);
    const env = {
      TABLE_NAME: 'mailyard',
      QUEUE_URL: queue.queues['checks']?.url ?? '',
      LONG_QUEUE_URL: queue.queues['long']?.url ?? '',
      AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
      AWS_ENDPOINT_URL_SQS: queue.clientConfig.endpoint,
      AWS_ENDPOINT_URL_KMS: kms.clientConfig.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      POWERTOOLS_SERVICE_NAME: 'mailyard-test',
    };
    const opens = { KMS_KEY_ID: kms.keyId, ALLOWED_NETWORKS: '127.0.0.0/8', ALLOWED_PORTS: String(server.port) };
    for (const name of NAMES) {
      const bundle = await bundleFunction(`functions/${name}.ts`);
      bundles.push(bundle);
      const more = name === 'sync' || name === 'mail' ? opens : { KMS_KEY_ID: kms.keyId };
      running.set(name, await runLambda({ bundleDir: bundle.dir, env: { ...env, ...more } }));
    }
  });
  after(async () => {
    for (const lambda of running.values()) await lambda.stop();
    for (const bundle of bundles) bundle.remove();
    sqs?.destroy();
    await kms?.stop();
    await queue?.stop();
    await database?.stop();
    await server?.stop();
  });

  const invoke = async (name: Name, event: unknown): Promise<Record<string, unknown>> => {
    const answer = await running.get(name)?.invoke(event);
    assert.ok(answer?.ok, JSON.stringify(answer));
    return answer.result as Record<string, unknown>;
  };
  const call = async (name: 'api' | 'mail', method: string, path: string, body?: unknown, headers = {}) => {
    const result = await invoke(name, eventOf(method, path, { tenant: 'tenant-1', body, headers }));
    return {
      status: result['statusCode'],
      body: JSON.parse(String(result['body'] ?? 'null')) as Record<string, never>,
    };
  };
  /** What the event source mapping does: receives, hands over, deletes what did not fail. */
  const deliverChecks = async (from: 'checks' | 'long' = 'checks'): Promise<number> => {
    const QueueUrl = queue.queues[from]?.url;
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const message of Messages) {
      const record = { messageId: message.MessageId, body: message.Body, eventSource: 'aws:sqs' };
      assert.deepEqual(await invoke('sync', { Records: [record] }), { batchItemFailures: [] });
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
    return Messages.length;
  };
  const tick = async (): Promise<void> => {
    assert.deepEqual(await invoke('dispatch', { scheduledTime: new Date().toISOString() }), {
      accounts: 1,
      stale: 0,
      oldestSeconds: 0,
      unreachable: 0,
    });
    assert.equal(await deliverChecks(), 1);
  };

  let accountId = '';

  it('take an account after a live login', async () => {
    const account = {
      host: '127.0.0.1',
      port: server.port,
      user: 'alice',
      password: PASSWORD,
      tls: 'implicit',
      ca: server.ca,
    };
    const { status, body } = await call('mail', 'POST', '/v1/accounts', account);
    assert.equal(status, 201, JSON.stringify(body));
    accountId = String(body['id']);
  });

  it('take a rule once, however often it is sent', async () => {
    const rule = {
      name: 'Invoices',
      conditions: { subject: 'invoice' },
      actions: [{ type: 'move', mailbox: { role: 'archive' } }],
    };
    const key = { 'Idempotency-Key': 'invoices' };
    const first = await call('api', 'POST', '/v1/rules', rule, key);
    assert.equal(first.status, 201, JSON.stringify(first.body));
    assert.deepEqual(await call('api', 'POST', '/v1/rules', rule, key), first);
    assert.equal((await call('api', 'GET', '/v1/rules')).body['rules']?.['length'], 1);
  });

  it('file what arrives when the schedule wakes them', async () => {
    await tick();
    // The first sync waits apart.
    assert.equal(await deliverChecks('long'), 1);
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Invoice 12' }));
    await tick();
    assert.equal((await oracle.listMessages('alice', 'Archive')).length, 1);
    assert.equal((await oracle.listMessages('alice', 'INBOX')).length, 0);
  });

  it('show it in the activity', async () => {
    const { status, body } = await call('api', 'GET', `/v1/accounts/${accountId}/activity`);
    assert.equal(status, 200);
    assert.match(JSON.stringify(body), /"Invoices"/);
  });

  it('hand a message that is none of theirs back to the queue', async () => {
    const record = { messageId: 'm1', body: '{"accounts":"all"}', eventSource: 'aws:sqs' };
    assert.deepEqual(await invoke('sync', { Records: [record] }), { batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });

  it('ask KMS once a cold start and key: sync and mail for the vault’s, api for the one that recognises requests', () => {
    // functions/mail made the vault's key, functions/sync unwrapped it; functions/api made and unwrapped its own.
    assert.deepEqual({ ...kms.calls }, { Encrypt: 2, Decrypt: 2 });
  });

  it('write no password anywhere', () => {
    for (const [name, lambda] of running) assert.ok(!lambda.output().includes(PASSWORD), name);
  });
});
