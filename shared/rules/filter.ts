/** The tree of conditions: JMAP's FilterOperator and FilterCondition (RFC 8620 section 5.5, RFC 8621 section 4.4.1). */
import * as z from 'zod';
import type { FieldProblem } from '../errors.ts';
import { type FilterCondition, filterConditionSchema } from './conditions.ts';
import { fieldProblems } from './field-problems.ts';
import { strictObject } from './strict-object.ts';

const OPERATORS = ['AND', 'OR', 'NOT'] as const;

/** NOT holds when none of its conditions does. */
export type FilterOperator = { readonly operator: (typeof OPERATORS)[number]; readonly conditions: readonly Filter[] };
export type Filter = FilterOperator | FilterCondition;

const operatorSchema = <Item extends z.ZodType>(item: Item) =>
  strictObject({
    operator: z.enum(OPERATORS, `must be one of ${OPERATORS.join(', ')}`),
    conditions: z.array(item, 'must be a list of conditions').min(1, 'must hold at least one condition'),
  });

/** An empty condition object matches every message, as in JMAP; an empty list of conditions is a mistake. */
export const filterSchema: z.ZodType<Filter> = z.lazy(() =>
  z.union(
    [operatorSchema(filterSchema), filterConditionSchema],
    'must be conditions, or {"operator": "AND", "OR" or "NOT", "conditions": [...]}',
  ),
);

const operatorAlone = operatorSchema(z.unknown());

/**
 * What is wrong with a tree as it was sent, node by node: of a union's issues one cannot tell which alternative was meant.
 * The input's size and depth must have been bounded.
 */
export const filterProblems = (input: unknown, above: readonly PropertyKey[]): FieldProblem[] => {
  const problems: FieldProblem[] = [];
  const left = [{ node: input, path: above }];
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const { node, path } = next;
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, 'operator')) {
      const parsed = filterConditionSchema.safeParse(node);
      if (!parsed.success) problems.push(...fieldProblems(parsed.error, path));
      continue;
    }
    const parsed = operatorAlone.safeParse(node);
    if (!parsed.success) problems.push(...fieldProblems(parsed.error, path));
    for (const [index, child] of (parsed.data?.conditions ?? []).entries()) {
      left.push({ node: child, path: [...path, 'conditions', index] });
    }
  }
  return problems;
};
