/** `notKeyword`: the message lacks the keyword, or would lack it after the rules before this one. */
import type { ConditionKind } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { keywordSchema } from '../keyword-schema.ts';

export const notKeywordCondition: ConditionKind<string> = {
  name: 'notKeyword',
  schema: keywordSchema,
  needs: () => ({}),
  evaluate: (value, _view, { keywords }) => {
    const verdict = !keywords.has(value);
    return { verdict, why: `${verdict ? 'lacks' : 'has'} ${quoted(value)}` };
  },
};
