/** Functions that rules call, as Lambda functions: a name that the operator chose, and the ARN behind it. */
import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { LIMITS } from '../shared/limits.ts';
import type { RuleFunction, RuleFunctions } from '../shared/service/ask-functions.ts';
import { once } from '../shared/vault/once.ts';

/** An invocation that failed is tried again by the rule's own clock, not by the SDK. */
export const lambdaFunctions = (arns: Readonly<Record<string, string>>): RuleFunctions => {
  const loaded = once(async () => {
    const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
    const lambda = new LambdaClient({ maxAttempts: 1 });
    return (arn: string, Payload: string, abortSignal: AbortSignal) =>
      lambda.send(new InvokeCommand({ FunctionName: arn, Payload }), { abortSignal });
  });
  return new Map(Object.entries(arns).map(([name, arn]) => [name, invoke(loaded, arn)]));
};

type Invoke = (arn: string, payload: string, signal: AbortSignal) => Promise<InvokeCommandOutput>;

const invoke =
  (loaded: () => Promise<Invoke>, arn: string): RuleFunction =>
  async (question, signal) => {
    const send = await loaded();
    const { Payload, FunctionError } = await send(arn, JSON.stringify(question), signal);
    if (FunctionError !== undefined || Payload === undefined) throw new Error('the function failed');
    if (Payload.length > LIMITS.functionAnswerBytesMax) throw new Error('the answer is too long');
    return JSON.parse(Payload.transformToString());
  };
