/** Conditions on an address header: the text is looked for in display names and addresses. */
import type { ConditionKind } from '../condition-kind.ts';
import { compileMatch, type TextMatch, textMatchSchema } from '../match-text.ts';
import { searchHeader } from '../search-text.ts';

export const peopleCondition = (name: 'from' | 'to' | 'cc' | 'bcc'): ConditionKind<TextMatch> => ({
  name,
  schema: textMatchSchema,
  needs: () => ({ headers: [name] }),
  compile: (value) => {
    const { holds, says } = compileMatch(value);
    return (view) => says(holds(view.people(name)));
  },
  search: (value) => searchHeader(name, value),
});
