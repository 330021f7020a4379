/** From a file of rules that is the truth to what has to be done with those that are there: rules are told apart by their names. */
import type { Rule, RuleInput } from './rule.ts';
import { type RuleChange, ruleChanges } from './rule-diff.ts';

export type FilePlan = {
  readonly created: readonly RuleInput[];
  readonly changed: readonly {
    readonly rule: Rule;
    readonly input: RuleInput;
    readonly changes: readonly RuleChange[];
  }[];
  readonly removed: readonly Rule[];
  readonly unchanged: readonly Rule[];
};

/** Of several rules with one name the first in the file is the first that is there, and so on. */
export const planFile = (rules: readonly Rule[], file: readonly RuleInput[]): FilePlan => {
  const left = Map.groupBy(inOrder(rules), ({ name }) => name);
  const created: RuleInput[] = [];
  const changed: FilePlan['changed'][number][] = [];
  const unchanged: Rule[] = [];
  for (const input of file) {
    const rule = left.get(input.name)?.shift();
    if (rule === undefined) {
      created.push(input);
      continue;
    }
    const changes = ruleChanges(rule, input);
    if (changes.length === 0) unchanged.push(rule);
    else changed.push({ rule, input, changes });
  }
  return { created, changed, removed: [...left.values()].flat(), unchanged };
};

const inOrder = (rules: readonly Rule[]): Rule[] =>
  rules.toSorted((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1));
