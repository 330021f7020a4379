/** Every condition of a rule, or of one tree, with its place in it. */
import type { Filter } from './filter.ts';
import { isOperator } from './filter-tree.ts';
import { pointerTo } from './input-bounds.ts';

export type PlacedCondition = { readonly pointer: string; readonly name: string; readonly value: unknown };

/** In the order they are written, those of `conditions` first. */
export function* walkConditions(rule: {
  readonly conditions: Filter;
  readonly exceptions?: Filter | undefined;
}): Generator<PlacedCondition> {
  yield* walkFilter(rule.conditions, ['conditions']);
  if (rule.exceptions !== undefined) yield* walkFilter(rule.exceptions, ['exceptions']);
}

/** In the order they are written; `above` is where the tree stands. */
export function* walkFilter(tree: Filter, above: readonly PropertyKey[]): Generator<PlacedCondition> {
  const left = [{ filter: tree, path: above }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { filter, path } = next;
    if (isOperator(filter)) {
      const children = filter.conditions.map((child, n) => ({ filter: child, path: [...path, 'conditions', n] }));
      left.push(...children.toReversed());
      continue;
    }
    for (const [name, value] of Object.entries(filter)) {
      if (value !== undefined) yield { pointer: pointerTo([...path, name]), name, value };
    }
  }
}
