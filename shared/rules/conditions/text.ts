/** `text`: From, To, Cc, Bcc, Subject or the readable text contains the text. */
import type { ConditionKind } from '../condition-kind.ts';
import { searchIn, searchTextSchema } from './search-text.ts';

const PEOPLE = ['from', 'to', 'cc', 'bcc'];

export const textCondition: ConditionKind<string> = {
  name: 'text',
  schema: searchTextSchema,
  needs: () => ({ headers: [...PEOPLE, 'subject'], body: true }),
  evaluate: (value, view) => {
    const headers = PEOPLE.map((name) => searchIn(view.people(name), value));
    const found = [...headers, searchIn(view.header('subject'), value)].find(({ verdict }) => verdict === true);
    if (found !== undefined) return found;
    const body = view.body();
    return body === undefined ? { verdict: 'unknown', why: 'the text was not read' } : searchIn([body], value);
  },
};
