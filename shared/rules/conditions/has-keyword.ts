/** `hasKeyword`: the message has the keyword, or would have it after the rules before this one. */
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { keywordSchema } from '../keyword-schema.ts';

export const hasKeywordCondition: ConditionKind<string> = {
  name: 'hasKeyword',
  schema: keywordSchema,
  needs: () => ({}),
  compile: (value) => {
    const says = verdicts(`has ${quoted(value)}`, `lacks ${quoted(value)}`);
    return (_view, { keywords }) => says(keywords.has(value));
  },
  search: (value) => ({ keyword: value }),
};
