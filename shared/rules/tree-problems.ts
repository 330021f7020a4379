/** What a schema cannot say of trees of conditions, and what it says badly of them. */
import type * as z from 'zod';
import type { FieldProblem } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { fieldProblems, PROBLEMS_MAX } from './field-problems.ts';
import { type Filter, filterProblems } from './filter.ts';
import { isOperator } from './filter-tree.ts';
import { regexCountOf } from './regex-count.ts';
import { walkFilter } from './walk-conditions.ts';

/** A schema's problems, those within the trees of these names told node by node. The input must have been bounded. */
export const schemaProblems = (input: unknown, error: z.ZodError, names: readonly string[]): FieldProblem[] => {
  const problems = fieldProblems(error);
  const trees = names.filter((name) =>
    problems.some(({ pointer }) => pointer === `/${name}` || pointer.startsWith(`/${name}/`)),
  );
  const others = problems.filter(({ pointer }) => !trees.some((name) => pointer.split('/')[1] === name));
  const within = trees.flatMap((name) => filterProblems((input as Record<string, unknown>)[name], [name]));
  return [...others, ...within].slice(0, PROBLEMS_MAX);
};

/** Too many conditions or regular expressions in all the trees together, or one nested too deep. */
export const treeProblems = <Name extends string>(
  trees: { readonly [Each in Name]?: Filter | undefined },
  names: readonly Name[],
): FieldProblem[] => {
  const given = names.flatMap((name) => (trees[name] === undefined ? [] : [{ name, filter: trees[name] as Filter }]));
  const all = given.flatMap(({ name, filter }) => [...walkFilter(filter, [name])]);
  const problems: FieldProblem[] = [];
  if (all.length > LIMITS.conditionsPerRuleMax) {
    const detail = `must be at most ${LIMITS.conditionsPerRuleMax} conditions; split it up`;
    problems.push({ pointer: `/${names[0]}`, detail });
  }
  for (const { name, filter } of given) {
    if (depthOf(filter) <= LIMITS.conditionDepthMax) continue;
    problems.push({ pointer: `/${name}`, detail: `must be nested at most ${LIMITS.conditionDepthMax} deep` });
  }
  let regexes = 0;
  for (const { pointer, name, value } of all) {
    regexes += regexCountOf(name, value);
    if (regexes <= LIMITS.regexesPerRuleMax) continue;
    const detail = `is one regular expression too many: at most ${LIMITS.regexesPerRuleMax}; list texts, or use matches`;
    problems.push({ pointer, detail });
    break;
  }
  return problems;
};

/** Operators above the deepest condition; the whole was bounded before. */
const depthOf = (filter: Filter): number =>
  isOperator(filter) ? 1 + Math.max(0, ...filter.conditions.map(depthOf)) : 0;
