/** `hasKeyword`: the message has the keyword, or would have it after the rules before this one. */
import type { ConditionKind } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { keywordSchema } from '../keyword-schema.ts';

export const hasKeywordCondition: ConditionKind<string> = {
  name: 'hasKeyword',
  schema: keywordSchema,
  needs: () => ({}),
  evaluate: (value, _view, { keywords }) => {
    const verdict = keywords.has(value);
    return { verdict, why: `${verdict ? 'has' : 'lacks'} ${quoted(value)}` };
  },
};
