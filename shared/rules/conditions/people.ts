/** Conditions on an address header: the text is looked for in display names and addresses. */
import type { ConditionKind } from '../condition-kind.ts';
import { searchIn, searchTextSchema } from './search-text.ts';

export const peopleCondition = (name: 'from' | 'to' | 'cc'): ConditionKind<string> => ({
  name,
  schema: searchTextSchema,
  needs: () => ({ headers: [name] }),
  evaluate: (value, view) => searchIn(view.people(name), value),
});
