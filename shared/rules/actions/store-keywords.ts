/** Actions that only add and take keywords; what already is so makes no effect. */
import type * as z from 'zod';
import type { ActionKind, At, Outcome } from '../action-kind.ts';

type Change = { readonly add?: readonly string[]; readonly remove?: readonly string[] };

export const storeKeywords = <Schema extends z.ZodObject>(
  type: string,
  schema: Schema,
  changeOf: (action: z.infer<Schema>) => Change,
): ActionKind<Schema> => ({
  type,
  schema,
  needs: () => ({}),
  intent: changeOf,
  decide: (action, at) => storeChange(changeOf(action), at),
});

export const storeChange = (change: Change, { ruleId, simulation }: At): Outcome => {
  const add = (change.add ?? []).filter((keyword) => !simulation.keywords.has(keyword));
  const remove = (change.remove ?? []).filter((keyword) => simulation.keywords.has(keyword));
  if (add.length === 0 && remove.length === 0) return { simulation };
  const keywords = new Set([...simulation.keywords, ...add].filter((keyword) => !remove.includes(keyword)));
  return { effects: [{ kind: 'store', ruleId, add, remove }], simulation: { ...simulation, keywords } };
};
