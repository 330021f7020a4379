/** Walks a tree of conditions; apart from its schema, so that who only walks it reads no schemas. */
import type { FilterCondition } from './conditions.ts';
import type { Filter, FilterOperator } from './filter.ts';

export const isOperator = (filter: Filter): filter is FilterOperator => 'operator' in filter;

/** The conditions of a tree in the order they are written, each a FilterCondition. */
export function* conditionsOf(filter: Filter): Generator<FilterCondition> {
  const left: Filter[] = [filter];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (isOperator(next)) left.push(...next.conditions.toReversed());
    else yield next;
  }
}
