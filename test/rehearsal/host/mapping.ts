/** Lambda's event source mapping for SQS: receives as the function's role may, calls it, and takes away what did not fail. */
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import type { DeployedResource } from '../aws/deployed.ts';
import { REGION } from '../aws/names.ts';
import { roleOf, type Sandbox } from './sandbox.ts';

export type Delivered = { readonly batches: number; readonly messages: number; readonly failed: number };

export type Mapping = {
  readonly queueUrl: string;
  readonly sandbox: Sandbox;
  /** Until nothing can be received. */
  readonly drain: () => Promise<Delivered>;
  readonly stop: () => void;
};

const RECEIVED_AT_ONCE_MAX = 10;

/** Rejects where Lambda would refuse to make it. */
export const startMapping = async (
  { Properties = {} }: DeployedResource,
  queue: DeployedResource,
  sandbox: Sandbox,
  endpoint: string,
): Promise<Mapping> => {
  const credentials = { accessKeyId: roleOf(sandbox.name), secretAccessKey: 'rehearsal' };
  const sqs = new SQSClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
  const QueueUrl = queue.made.ref;
  const { BatchSize = RECEIVED_AT_ONCE_MAX, FunctionResponseTypes = [] } = Properties;
  const isPartial = JSON.stringify(FunctionResponseTypes).includes('ReportBatchItemFailures');
  const AttributeNames = ['VisibilityTimeout' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  const hiddenSeconds = Number(Attributes?.['VisibilityTimeout']);
  if (hiddenSeconds < sandbox.timeoutSeconds) {
    // As Lambda says it (InvalidParameterValueException).
    const [queueText, functionText] = [
      `Queue visibility timeout: ${hiddenSeconds}`,
      `${sandbox.timeoutSeconds} seconds`,
    ];
    throw new Error(`${queueText} seconds is less than Function timeout: ${functionText}`);
  }

  const receive = async (): Promise<Message[]> => {
    const MaxNumberOfMessages = Math.min(Number(BatchSize), RECEIVED_AT_ONCE_MAX);
    const MessageSystemAttributeNames = ['All' as const];
    const asked = { QueueUrl, MaxNumberOfMessages, MessageSystemAttributeNames, WaitTimeSeconds: 0 };
    return (await sqs.send(new ReceiveMessageCommand(asked))).Messages ?? [];
  };
  /** Ids of those that failed; all of them where the function failed, or answers what cannot be understood. */
  const handOver = async (messages: readonly Message[]): Promise<ReadonlySet<string>> => {
    const all = new Set(messages.map(({ MessageId = '' }) => MessageId));
    const answer = await sandbox.invoke({ Records: messages.map((message) => recordOf(message, queue)) });
    if (!answer.ok) return all;
    if (!isPartial) return new Set();
    const { batchItemFailures = [] } = (answer.result ?? {}) as Partial<SQSBatchResponse>;
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    return failed.every((id) => all.has(id)) ? new Set(failed) : all;
  };
  return {
    queueUrl: QueueUrl,
    sandbox,
    drain: async () => {
      const counts = { batches: 0, messages: 0, failed: 0 };
      for (let messages = await receive(); messages.length > 0; messages = await receive()) {
        const failed = await handOver(messages);
        const Entries = messages
          .filter(({ MessageId = '' }) => !failed.has(MessageId))
          .map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
        if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
        counts.batches += 1;
        counts.messages += messages.length;
        counts.failed += failed.size;
      }
      return counts;
    },
    stop: () => sqs.destroy(),
  };
};

/** As Lambda hands a message to a function. */
const recordOf = (message: Message, queue: DeployedResource) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: {},
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queue.made.attributes['Arn'],
  awsRegion: REGION,
});
