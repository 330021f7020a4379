/** `subject`: the decoded Subject contains the text. */
import type { ConditionKind } from '../condition-kind.ts';
import { searchIn, searchTextSchema } from './search-text.ts';

export const subjectCondition: ConditionKind<string> = {
  name: 'subject',
  schema: searchTextSchema,
  needs: () => ({ headers: ['subject'] }),
  evaluate: (value, view) => searchIn(view.header('subject'), value),
};
