/** The lists that a rule names, each with its place. */
import type { RuleInput } from './rule.ts';
import { walkConditions } from './walk-conditions.ts';

export type ListNamed = { readonly name: string; readonly pointer: string };

export const listsNamed = (rule: Pick<RuleInput, 'conditions' | 'exceptions'>): ListNamed[] =>
  [...walkConditions(rule)].flatMap(({ name, value, pointer }) =>
    name === 'inList' && typeof value === 'object' && value !== null && 'list' in value
      ? [{ name: String(value.list), pointer: `${pointer}/list` }]
      : [],
  );
