/** Rules made ready once for many messages, and anew only where some of them are left out. */
import type { MessageFacts } from '../mail/message.ts';
import type { EvaluateContext, MessageHistory } from './context.ts';
import type { Decision } from './effect.ts';
import { compileRules } from './evaluate.ts';
import type { Rule } from './rule.ts';

export type Evaluate = (facts: MessageFacts, history?: MessageHistory) => Decision;

export type PreparedRules = {
  readonly rules: readonly Rule[];
  /** Of `rules`, all or some. */
  readonly evaluate: (some: readonly Rule[]) => Evaluate;
};

export const prepareRules = (rules: readonly Rule[], context: EvaluateContext): PreparedRules => {
  const all = compileRules(rules, context);
  return { rules, evaluate: (some) => (some === rules ? all : compileRules(some, context)) };
};
