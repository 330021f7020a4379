/** Every condition of a rule with its place in it. */
import { type Filter, isOperator } from './filter.ts';
import { pointerTo } from './input-bounds.ts';

export type PlacedCondition = { readonly pointer: string; readonly name: string; readonly value: unknown };

/** In the order they are written, those of `conditions` first. */
export function* walkConditions(rule: {
  readonly conditions: Filter;
  readonly exceptions?: Filter | undefined;
}): Generator<PlacedCondition> {
  const left: { filter: Filter; path: readonly PropertyKey[] }[] = [
    ...(rule.exceptions === undefined ? [] : [{ filter: rule.exceptions, path: ['exceptions'] }]),
    { filter: rule.conditions, path: ['conditions'] },
  ];
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
