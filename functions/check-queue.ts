/** Where checks are sent to: SQS, ten messages a call, long work to a queue of its own. */
import { createHash } from 'node:crypto';
import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { LIMITS } from '../shared/limits.ts';
import type { CheckMessage } from '../shared/service/deps.ts';
import { batchesOf } from '../shared/sync/fair-batches.ts';
import type { Settings } from './settings.ts';

const ENTRIES_MAX = 10;

export type CheckQueue = { readonly send: (messages: readonly CheckMessage[]) => Promise<void> };

/** One that SQS did not take makes the whole call fail, and the next tick finds the accounts again. */
export const checkQueue = (
  { queueUrl, longQueueUrl }: Pick<Settings, 'queueUrl' | 'longQueueUrl'>,
  sqs = new SQSClient({}),
): CheckQueue => {
  const sendTo = async (url: string | undefined, messages: readonly CheckMessage[]): Promise<void> => {
    if (url === undefined) throw new Error('the setting LONG_QUEUE_URL is missing');
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: url, Entries: messages.map(entryOf) }),
    );
    if (Failed.length > 0) throw new Error(`SQS did not take ${Failed.length} messages`);
  };
  return {
    send: async (messages) => {
      const [quick, long] = [false, true].map((isLong) =>
        messages.filter((message) => (message.long === true) === isLong),
      );
      const calls = [
        ...batchesOf(quick ?? [], ENTRIES_MAX).map((some) => () => sendTo(queueUrl, some)),
        ...batchesOf(long ?? [], ENTRIES_MAX).map((some) => () => sendTo(longQueueUrl, some)),
      ];
      for (const some of batchesOf(calls, LIMITS.sendsAtOnceMax)) await Promise.all(some.map((call) => call()));
    },
  };
};

const entryOf = ({ delaySeconds, ...message }: CheckMessage, n: number): SendMessageBatchRequestEntry => ({
  Id: String(n),
  MessageBody: JSON.stringify(message),
  ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
  ...(message.long === true ? { MessageGroupId: tenantGroup(message) } : {}),
});

/** A fair queue takes turns between groups: a tenant's hundred first syncs do not hold up another's one. */
const tenantGroup = ({ accounts }: CheckMessage): string =>
  createHash('sha256')
    .update(accounts[0]?.tenant ?? '')
    .digest('base64url');
