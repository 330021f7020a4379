/** `listId`: the mailing list's identifier (RFC 2919) fits the text; `contains` looks at its description, too. */
import type { ConditionKind } from '../condition-kind.ts';
import { listIdTexts } from '../list-id.ts';
import { compileMatch, type TextMatch, textMatchSchema } from '../match-text.ts';
import { searchHeader } from '../search-text.ts';

export const listIdCondition: ConditionKind<TextMatch> = {
  name: 'listId',
  schema: textMatchSchema,
  needs: () => ({ headers: ['list-id'] }),
  compile: (value) => {
    const { holds, says } = compileMatch(value);
    return (view) => says(holds(listIdTexts(view)));
  },
  search: (value) => searchHeader('list-id', value),
};
