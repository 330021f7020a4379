/** `text`: From, To, Cc, Bcc, Subject or the readable text fits the text. */
import { type ConditionKind, unknown } from '../condition-kind.ts';
import { compileMatch, type TextMatch, textMatchSchema } from '../match-text.ts';

const PEOPLE = ['from', 'to', 'cc', 'bcc'];
const NOT_READ = unknown('the text was not read');

export const textCondition: ConditionKind<TextMatch> = {
  name: 'text',
  schema: textMatchSchema,
  needs: () => ({ headers: [...PEOPLE, 'subject'], body: true }),
  compile: (value) => {
    const { holds, says } = compileMatch(value);
    return (view) => {
      if (PEOPLE.some((name) => holds(view.people(name))) || holds(view.header('subject'))) return says(true);
      const body = view.body();
      return body === undefined ? NOT_READ : says(holds(body));
    };
  },
};
