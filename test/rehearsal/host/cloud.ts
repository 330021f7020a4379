/** A deployed stack brought to life on this machine: each of its resources as something that runs. */
import { type OnBus, startEventBridge } from '../../support/event-bridge.ts';
import { startKms } from '../../support/kms.ts';
import type { Deployed, DeployedResource } from '../aws/deployed.ts';
import { ACCOUNT, PARTITION, REGION } from '../aws/names.ts';
import { type Ledger, ledgerOf } from '../grants/ledger.ts';
import { plainId } from '../template/template.ts';
import { startDatabase } from './database.ts';
import type { Gateway } from './gateway.ts';
import { type HttpApi, startHttpApi } from './http-api.ts';
import { type Delivered, type Mapping, startMapping } from './mapping.ts';
import { type Queues, startQueues } from './queues.ts';
import { roleOf, type Sandbox, startSandbox } from './sandbox.ts';
import { tick } from './scheduler.ts';
import { startUserPool, type UserPool } from './user-pool.ts';

export type Cloud = {
  readonly ledger: Ledger;
  readonly queues: Queues;
  readonly api: HttpApi;
  readonly users: UserPool;
  /** What was put on the stack's bus. */
  readonly events: readonly OnBus[];
  /** By the name that infra/ gives them. */
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  /** A minute passes; then the queues are worked off. The dispatcher's answers. */
  readonly minute: () => Promise<readonly unknown[]>;
  readonly drain: () => Promise<Delivered>;
  /** Time passes; every function starts cold. */
  readonly later: (seconds: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type CloudOptions = {
  readonly stack: Deployed;
  readonly gateway: Gateway;
  readonly folder: string;
  /** What was uploaded. */
  readonly uploaded: (bucket: string, key: string) => Promise<Buffer | undefined>;
};

export const startCloud = async ({ stack, gateway, folder, uploaded }: CloudOptions): Promise<Cloud> => {
  const ends: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  const of = (type: string): DeployedResource[] => stack.resources.filter(({ Type }) => Type === type);
  const one = (type: string): DeployedResource => {
    const [first] = of(type);
    if (first === undefined) throw new Error(`the stack has no ${type}`);
    return first;
  };
  const byArn = (resources: readonly DeployedResource[]): Map<string, DeployedResource> =>
    new Map(resources.map((resource) => [resource.made.attributes['Arn'] ?? '', resource]));
  try {
    const ledger = ledgerOf(stack);
    gateway.judge = ledger.judge;
    const database = await startDatabase(one('AWS::DynamoDB::Table'));
    ends.push(database.stop);
    const queues = await startQueues(of('AWS::SQS::Queue'));
    ends.push(queues.stop);
    const kms = await startKms(one('AWS::KMS::Key').made.attributes['Arn']);
    ends.push(kms.stop);
    const bus = await startEventBridge(one('AWS::Events::EventBus').made.ref);
    ends.push(bus.stop);
    gateway.backends.set('events', bus.clientConfig.endpoint);
    gateway.backends.set('dynamodb', database.endpoint);
    gateway.backends.set('sqs', queues.endpoint);
    gateway.backends.set('kms', kms.clientConfig.endpoint);

    const sandboxes = new Map<string, Sandbox>();
    for (const resource of of('AWS::Lambda::Function')) {
      const sandbox = await startSandbox({
        resource,
        code: await codeOf(resource, uploaded),
        folder,
        endpoint: gateway.endpoint,
        onOutput: (name, logGroup) => writeLogs(ledger, name, logGroup),
      });
      ends.push(sandbox.stop);
      sandboxes.set(sandbox.name, sandbox);
    }
    const sandboxesByArn = new Map([...sandboxes.values()].map((sandbox) => [sandbox.arn, sandbox]));
    const sandboxesByRef = new Map(
      of('AWS::Lambda::Function').map(({ id, made }) => [made.ref, sandboxes.get(plainId(id))]),
    );
    const mappings: Mapping[] = [];
    for (const resource of of('AWS::Lambda::EventSourceMapping')) {
      const queue = byArn(of('AWS::SQS::Queue')).get(String(resource.Properties?.['EventSourceArn']));
      const sandbox = sandboxesByRef.get(String(resource.Properties?.['FunctionName']));
      if (queue === undefined || sandbox === undefined) throw new Error(`${resource.id} leads nowhere`);
      const mapping = await startMapping(resource, queue, sandbox, gateway.endpoint);
      ends.push(mapping.stop);
      mappings.push(mapping);
    }
    const { PeopleClientId = '', Issuer = '' } = stack.outputs;
    const users = await startUserPool(Issuer, PeopleClientId);
    ends.push(users.stop);
    const api = await startHttpApi({ stack, sandboxes: sandboxesByArn, authorize: users.authorize });
    ends.push(api.stop);

    const drain = async (): Promise<Delivered> => {
      const sum = { batches: 0, messages: 0, failed: 0 };
      // What one function sends may be for another one's queue.
      for (let before = -1; sum.messages > before; ) {
        before = sum.messages;
        for (const mapping of mappings) {
          const { batches, messages, failed } = await mapping.drain();
          sum.batches += batches;
          sum.messages += messages;
          sum.failed += failed;
        }
      }
      return sum;
    };
    let aheadMs = 0;
    let minutes = Math.floor(Date.now() / 60_000);
    const scheduler = {
      schedules: of('AWS::Scheduler::Schedule'),
      sandboxes: sandboxesByArn,
      roles: new Map(of('AWS::IAM::Role').map(({ id, made }) => [made.attributes['Arn'] ?? '', plainId(id)])),
      judge: ledger.judge,
    };
    return {
      ledger,
      queues,
      api,
      users,
      events: bus.events,
      sandboxes,
      drain,
      later: async (seconds) => {
        minutes += Math.ceil(seconds / 60);
        aheadMs += seconds * 1_000;
        for (const sandbox of sandboxes.values()) await sandbox.startAgain(aheadMs);
      },
      minute: async () => {
        // Never behind the functions' clock, as a tick that comes a minute late is dropped.
        const at = Math.max(minutes * 60_000, Date.now() + aheadMs);
        minutes = Math.floor(at / 60_000) + 1;
        return await tick(scheduler, new Date(at));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

const codeOf = async ({ id, Properties }: DeployedResource, uploaded: CloudOptions['uploaded']): Promise<Buffer> => {
  const { S3Bucket = '', S3Key = '' } = (Properties?.['Code'] ?? {}) as { S3Bucket?: string; S3Key?: string };
  const code = await uploaded(S3Bucket, S3Key);
  if (code === undefined) throw new Error(`the code of ${id} was not uploaded`);
  return code;
};

/** What a function writes Lambda puts into its log group, as its role may. */
const writeLogs = ({ judge }: Ledger, name: string, logGroup: string): void => {
  const resource = `arn:${PARTITION}:logs:${REGION}:${ACCOUNT}:log-group:${logGroup}:log-stream:rehearsal`;
  for (const operation of ['CreateLogStream', 'PutLogEvents'])
    judge(roleOf(name), { action: `logs:${operation}`, resource, context: {} });
};
