/** `body`: the readable text of the message contains the text. */
import type { ConditionKind } from '../condition-kind.ts';
import { searchIn, searchTextSchema } from './search-text.ts';

export const bodyCondition: ConditionKind<string> = {
  name: 'body',
  schema: searchTextSchema,
  needs: () => ({ body: true }),
  evaluate: (value, view) => {
    const body = view.body();
    return body === undefined ? { verdict: 'unknown', why: 'the text was not read' } : searchIn([body], value);
  },
};
