/** Functions that rules may call: those that the operator names, and an example of ours where it is asked for. */
import { Duration, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { createFunction } from './functions.ts';
import { invokeFunctions } from './permissions.ts';
import type { StackSettings } from './settings.ts';

export type RuleFunctions = {
  /** For the functions that run rules. */
  readonly environment: Readonly<Record<string, string>>;
  readonly may: readonly PolicyStatement[];
  readonly names: readonly string[];
};

export const createRuleFunctions = (scope: Construct, settings: StackSettings): RuleFunctions => {
  const arns: Record<string, string> = { ...settings.ruleFunctions };
  if (settings.ruleExample) {
    const example = createFunction(scope, 'rule-example', {
      description: 'An example of a function that rules may call',
      timeout: Duration.seconds(10),
      memoryMb: 256,
      environment: {},
      may: [],
      logRetentionDays: settings.logRetentionDays,
    });
    arns['rule-example'] = example.functionArn;
  }
  const names = Object.keys(arns);
  if (names.length === 0) return { environment: {}, may: [], names };
  return {
    environment: { RULE_FUNCTIONS: Stack.of(scope).toJsonString(arns) },
    may: [invokeFunctions(Object.values(arns))],
    names,
  };
};
