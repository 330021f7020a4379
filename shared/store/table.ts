/** The one DynamoDB table. Parameters are built by pure functions beside each item kind; here they are sent. */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export type Table = { readonly client: DynamoDBDocumentClient; readonly name: string };

/** `endpoint` and `credentials` only for an embedded database; on AWS the role gives them. */
export const connectTable = (name: string, config: DynamoDBClientConfig = {}): Table => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3, ...config }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { client, name };
};

/** A conditional write that did not hold: someone else was first. */
export const isConditionFailed = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** Runs a conditional write; false when its condition did not hold. */
export const holds = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
};
