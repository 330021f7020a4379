/** Where checks are sent to: SQS, ten messages a call. */
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { CheckMessage } from '../shared/service/deps.ts';
import type { Settings } from './settings.ts';

const ENTRIES_MAX = 10;

export type CheckQueue = { readonly send: (messages: readonly CheckMessage[]) => Promise<void> };

/** One that SQS did not take makes the whole call fail, and the next tick finds the accounts again. */
export const checkQueue = ({ queueUrl }: Pick<Settings, 'queueUrl'>, sqs = new SQSClient({})): CheckQueue => ({
  send: async (messages) => {
    for (let from = 0; from < messages.length; from += ENTRIES_MAX) {
      const Entries = messages
        .slice(from, from + ENTRIES_MAX)
        .map((message, i) => ({ Id: String(i), MessageBody: JSON.stringify(message) }));
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`SQS did not take ${Failed.length} messages`);
    }
  },
});
