/** The one DynamoDB table. Parameters are built by pure functions beside each item kind; here they are sent. */
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export type Table = { readonly client: DynamoDBDocumentClient; readonly name: string };

// Without `info` and `error` the client makes no copy of each input and output for a log that nobody reads; the credential chain
// calls the others without looking whether they are there.
const nothing = (): void => undefined;
const QUIET = { trace: nothing, debug: nothing, warn: nothing } as NonNullable<DynamoDBClientConfig['logger']>;

/** `endpoint` and `credentials` only for an embedded database; on AWS the role gives them. */
export const connectTable = (name: string, config: DynamoDBClientConfig = {}): Table => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3, logger: QUIET, ...config }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { client, name };
};

/** A conditional write that did not hold: someone else was first. */
export const isConditionFailed = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

/** Runs a conditional write; undefined when its condition did not hold. */
export const resultIfHolds = async <Result>(write: Promise<Result>): Promise<Result | undefined> => {
  try {
    return await write;
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
};

/** Runs a conditional write; false when its condition did not hold. */
export const holds = async (write: Promise<object>): Promise<boolean> => (await resultIfHolds(write)) !== undefined;
