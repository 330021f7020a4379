/** Functions that rules call, as Lambda functions: a name that the operator chose, and the ARN behind it. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { LIMITS } from '../shared/limits.ts';
import type { RuleFunction, RuleFunctions } from '../shared/service/ask-functions.ts';

/** An invocation that failed is tried again by the rule's own clock, not by the SDK. */
export const lambdaFunctions = (arns: Readonly<Record<string, string>>): RuleFunctions => {
  const lambda = new LambdaClient({ maxAttempts: 1 });
  return new Map(Object.entries(arns).map(([name, arn]) => [name, invoke(lambda, arn)]));
};

const invoke =
  (lambda: LambdaClient, arn: string): RuleFunction =>
  async (question, signal) => {
    const command = new InvokeCommand({ FunctionName: arn, Payload: JSON.stringify(question) });
    const { Payload, FunctionError } = await lambda.send(command, { abortSignal: signal });
    if (FunctionError !== undefined || Payload === undefined) throw new Error('the function failed');
    if (Payload.length > LIMITS.functionAnswerBytesMax) throw new Error('the answer is too long');
    return JSON.parse(Payload.transformToString());
  };
