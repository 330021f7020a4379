/** `subaddress`: the part after `+` in the address of delivery fits the text; `true` for any. */
import * as z from 'zod';
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { SUBADDRESS_HEADERS, subaddresses } from '../envelope.ts';
import { compileMatch, type TextMatch, textMatchSchema } from '../match-text.ts';
import { isMineOf } from '../own-addresses.ts';
import { textsOf } from '../texts.ts';

const schema: z.ZodType<TextMatch | boolean> = z.union(
  [z.boolean(), textMatchSchema],
  'must be a text to look for, a list of texts, an object such as {"is": "..."}, true or false',
);

export const subaddressCondition: ConditionKind<TextMatch | boolean> = {
  name: 'subaddress',
  schema,
  needs: () => ({ headers: [...SUBADDRESS_HEADERS] }),
  compile: (value, { me }) => {
    const isMine = isMineOf(me);
    if (typeof value === 'boolean') {
      const says = verdicts(`has ${value ? 'a' : 'no'} subaddress`, `has ${value ? 'no' : 'a'} subaddress`);
      return (view) => says(subaddresses(view, isMine).length > 0 === value);
    }
    const { holds, says } = compileMatch(value);
    return (view) => says(holds(textsOf(subaddresses(view, isMine))));
  },
};
