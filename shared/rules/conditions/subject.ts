/** `subject`: the decoded Subject fits the text. */
import type { ConditionKind } from '../condition-kind.ts';
import { compileMatch, type TextMatch, textMatchSchema } from '../match-text.ts';
import { searchHeader } from '../search-text.ts';

export const subjectCondition: ConditionKind<TextMatch> = {
  name: 'subject',
  schema: textMatchSchema,
  needs: () => ({ headers: ['subject'] }),
  compile: (value) => {
    const { holds, says } = compileMatch(value);
    return (view) => says(holds(view.header('subject')));
  },
  search: (value) => searchHeader('subject', value),
};
