/** SQS on loopback for the real client: visibility timeouts, delays, long polls and redrive to dead letters. */
import { type FauxqsServer, startFauxqs as start } from 'fauxqs';
import { type AwsClientConfig, awsClientConfig } from './aws-client-config.ts';
import { isWatching, watch } from './canary.ts';

export type FauxqsQueue = { readonly url: string; readonly arn: string };
export type Fauxqs = {
  readonly clientConfig: AwsClientConfig;
  readonly queues: Readonly<Record<string, FauxqsQueue>>;
  /** What a queue holds now, without receiving it. */
  readonly inspect: (queue: string) => { ready: number; delayed: number; inFlight: number };
  readonly stop: () => Promise<void>;
};

/** Queues by name, each with the attributes of CreateQueue; a `deadLetters` queue must stand before who sends to it. */
export const startFauxqs = async (
  queues: Readonly<Record<string, { attributes?: Record<string, string>; deadLetters?: string; attempts?: number }>>,
): Promise<Fauxqs> => {
  const names = Object.keys(queues);
  for (const [index, [name, { deadLetters }]] of Object.entries(queues).entries()) {
    if (deadLetters !== undefined && !names.slice(0, index).includes(deadLetters)) {
      throw new Error(`no queue ${deadLetters} before ${name}`);
    }
  }
  const server: FauxqsServer = await start({ port: 0, logger: false, host: '127.0.0.1', messageSpies: isWatching });
  const made: Record<string, FauxqsQueue> = {};
  for (const [name, { attributes = {}, deadLetters, attempts = 3 }] of Object.entries(queues)) {
    const target = deadLetters === undefined ? undefined : made[deadLetters];
    const redrive =
      target === undefined
        ? {}
        : { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: target.arn, maxReceiveCount: attempts }) };
    const queue = server.createQueue(name, { attributes: { ...attributes, ...redrive } });
    made[name] = { url: `http://127.0.0.1:${server.port}/000000000000/${name}`, arn: queue.queueArn };
  }
  return {
    clientConfig: awsClientConfig(`http://127.0.0.1:${server.port}`),
    queues: made,
    inspect: (queue) => {
      const { messages } = server.inspectQueue(queue) ?? { messages: { ready: [], delayed: [], inflight: [] } };
      return { ready: messages.ready.length, delayed: messages.delayed.length, inFlight: messages.inflight.length };
    },
    stop: async () => {
      if (isWatching) for (const message of server.spy.getAllMessages()) watch('queue', message);
      await server.stop();
    },
  };
};
