/** `body`: the readable text of the message fits the text. */
import { type ConditionKind, unknown } from '../condition-kind.ts';
import { compileMatch, type TextMatch, textMatchSchema } from '../match-text.ts';

const NOT_READ = unknown('the text was not read');

/** No SEARCH: a server looks through HTML with its tags, where a word may be cut in two. */
export const bodyCondition: ConditionKind<TextMatch> = {
  name: 'body',
  schema: textMatchSchema,
  needs: () => ({ body: true }),
  compile: (value) => {
    const { holds, says } = compileMatch(value);
    return (view) => {
      const body = view.body();
      return body === undefined ? NOT_READ : says(holds(body));
    };
  },
};
