/** What must be fetched of a message for a set of rules to be decided. */
import { ACTION_KINDS } from './actions.ts';
import type { ConditionNeeds } from './condition-kind.ts';
import { CONDITION_KINDS } from './conditions.ts';
import type { Filter } from './filter.ts';
import { conditionsOf } from './filter-tree.ts';
import type { Rule, RuleMode } from './rule.ts';

export type Needs = {
  /** Sorted, in lower case; message-id is always among them. `none` when there is no rule to ask. */
  readonly headers: 'none' | readonly string[];
  /** The readable text (`bodyText`). */
  readonly body: boolean;
  /** BODYSTRUCTURE (`parts`). */
  readonly structure: boolean;
};

/** `modes` as in EvaluateContext: rules of other modes are not asked and need nothing. */
export const needsOf = (rules: readonly Rule[], modes: readonly RuleMode[] = ['live']): Needs => {
  const asked = rules.filter((rule) => modes.includes(rule.mode));
  if (asked.length === 0) return { headers: 'none', body: false, structure: false };
  return joined(asked.flatMap(needsOfRule));
};

/** What is needed beside that for conditions that stand by themselves. */
export const alsoFor = (needs: Needs, filter: Filter): Needs => {
  const { headers, ...read } = needs;
  return joined([{ ...read, ...(headers === 'none' ? {} : { headers }) }, ...needsOfFilter(filter)]);
};

const joined = (needs: readonly ConditionNeeds[]): Needs => {
  return {
    headers: headersOf(needs),
    body: needs.some((need) => need.body === true),
    structure: needs.some((need) => need.structure === true),
  };
};

/** Sorted; message-id is always among them. */
export const headersOf = (needs: readonly ConditionNeeds[]): string[] =>
  [...new Set(['message-id', ...needs.flatMap(({ headers = [] }) => headers)])].sort();

const needsOfRule = (rule: Rule): ConditionNeeds[] => [
  ...needsOfFilter(rule.conditions),
  ...(rule.exceptions === undefined ? [] : needsOfFilter(rule.exceptions)),
  ...rule.actions.map((action) => ACTION_KINDS.get(action.type)?.needs(action as never) ?? {}),
];

export const needsOfFilter = (filter: Filter): ConditionNeeds[] =>
  [...conditionsOf(filter)].flatMap((condition) =>
    Object.entries(condition)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => CONDITION_KINDS.get(name)?.needs(value as never) ?? {}),
  );
