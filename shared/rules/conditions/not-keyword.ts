/** `notKeyword`: the message lacks the keyword, or would lack it after the rules before this one. */
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { keywordSchema } from '../keyword-schema.ts';

export const notKeywordCondition: ConditionKind<string> = {
  name: 'notKeyword',
  schema: keywordSchema,
  needs: () => ({}),
  compile: (value) => {
    const says = verdicts(`lacks ${quoted(value)}`, `has ${quoted(value)}`);
    return (_view, { keywords }) => says(!keywords.has(value));
  },
  search: (value) => ({ not: { keyword: value } }),
};
