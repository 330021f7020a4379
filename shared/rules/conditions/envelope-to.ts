/** `envelopeTo`: the address under which the message was delivered, as the server recorded it (Delivered-To and its like). */
import type { ConditionKind } from '../condition-kind.ts';
import { ENVELOPE_HEADERS } from '../envelope.ts';
import { compileMatch, type TextMatch, textMatchSchema } from '../match-text.ts';
import { searchHeader } from '../search-text.ts';

export const envelopeToCondition: ConditionKind<TextMatch> = {
  name: 'envelopeTo',
  schema: textMatchSchema,
  needs: () => ({ headers: [...ENVELOPE_HEADERS] }),
  compile: (value) => {
    const { holds, says } = compileMatch(value);
    return (view) => says(ENVELOPE_HEADERS.some((name) => holds(view.people(name))));
  },
  search: (value) => {
    const terms = ENVELOPE_HEADERS.map((name) => searchHeader(name, value));
    return terms.some((term) => term === undefined) ? undefined : { any: terms.filter((term) => term !== undefined) };
  },
};
