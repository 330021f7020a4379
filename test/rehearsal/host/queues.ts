/** The deployed queues in fauxqs, with the attributes that the template gives them, dead letters first. */
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import type { DeployedResource } from '../aws/deployed.ts';
import { isRecord, plainId } from '../template/template.ts';

export type QueueCounts = { readonly ready: number; readonly delayed: number; readonly inFlight: number };

export type Queues = {
  readonly endpoint: string;
  /** By the name that infra/ gives a queue. */
  readonly counts: (id: string) => QueueCounts;
  readonly visibilitySeconds: (id: string) => number;
  /** What somebody at a console does: puts a message in. */
  readonly send: (id: string, body: string) => void;
  /** An hour's wait in no time: what is hidden from receivers can be received. */
  readonly letTimePass: (id: string) => Promise<void>;
  /** What `aws sqs start-message-move-task` does with a queue of dead letters; how many it moved. */
  readonly redrive: (from: string, to: string) => Promise<number>;
  readonly purge: (id: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const ATTRIBUTES = ['VisibilityTimeout', 'MessageRetentionPeriod', 'DelaySeconds', 'ReceiveMessageWaitTimeSeconds'];

export const startQueues = async (resources: readonly DeployedResource[]): Promise<Queues> => {
  const server: FauxqsServer = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const arns = new Map<string, string>();
  const names = new Map<string, string>();
  const last = (one: DeployedResource): number => (isRecord(one.Properties?.['RedrivePolicy']) ? 1 : 0);
  for (const queue of resources.toSorted((a, b) => last(a) - last(b))) {
    const { Properties = {}, made } = queue;
    const attributes: Record<string, string> = {};
    for (const name of ATTRIBUTES) {
      if (Properties[name] !== undefined) attributes[name] = String(Properties[name]);
    }
    const redrive = Properties['RedrivePolicy'];
    if (isRecord(redrive)) {
      const deadLetterTargetArn = arns.get(String(redrive['deadLetterTargetArn']));
      if (deadLetterTargetArn === undefined) throw new Error(`${queue.id} sends its dead letters nowhere`);
      attributes['RedrivePolicy'] = JSON.stringify({ ...redrive, deadLetterTargetArn });
    }
    const name = made.attributes['QueueName'] ?? '';
    const { queueArn } = server.createQueue(name, { attributes });
    arns.set(made.attributes['Arn'] ?? '', queueArn);
    names.set(plainId(queue.id), name);
  }
  const nameOf = (id: string): string => {
    const name = names.get(id);
    if (name === undefined) throw new Error(`there is no queue ${id}`);
    return name;
  };
  const inspected = (id: string) => {
    const found = server.inspectQueue(nameOf(id));
    if (found === undefined) throw new Error(`fauxqs lost the queue ${id}`);
    return found;
  };
  const post = async (target: string, id: string, input: object): Promise<Record<string, unknown>> => {
    const QueueUrl = `http://127.0.0.1:${server.port}/000000000000/${nameOf(id)}`;
    const endpoint = `http://127.0.0.1:${server.port}/`;
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${target}` },
      body: JSON.stringify({ QueueUrl, ...input }),
    });
    if (!answer.ok) throw new Error(`${target}: ${await answer.text()}`);
    return JSON.parse((await answer.text()) || '{}');
  };
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    counts: (id) => {
      const { ready, delayed, inflight } = inspected(id).messages;
      return { ready: ready.length, delayed: delayed.length, inFlight: inflight.length };
    },
    visibilitySeconds: (id) => Number(inspected(id).attributes['VisibilityTimeout'] ?? 30),
    send: (id, body) => {
      server.sendMessage(nameOf(id), body);
    },
    letTimePass: async (id) => {
      for (const { receiptHandle: ReceiptHandle } of inspected(id).messages.inflight)
        await post('ChangeMessageVisibility', id, { ReceiptHandle, VisibilityTimeout: 0 });
    },
    redrive: async (from, to) => {
      let moved = 0;
      for (;;) {
        const { Messages = [] } = (await post('ReceiveMessage', from, { MaxNumberOfMessages: 10 })) as {
          Messages?: { Body: string; ReceiptHandle: string }[];
        };
        if (Messages.length === 0) return moved;
        for (const { Body, ReceiptHandle } of Messages) {
          await post('SendMessage', to, { MessageBody: Body });
          await post('DeleteMessage', from, { ReceiptHandle });
          moved += 1;
        }
      }
    },
    purge: async (id) => {
      await post('PurgeQueue', id, {});
    },
    stop: () => server.stop(),
  };
};
