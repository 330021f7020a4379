/** `header`: `[name]` when the message has that field, `[name, text]` when one of its values contains the text. */
import * as z from 'zod';
import type { ConditionKind } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { searchIn, searchTextSchema } from './search-text.ts';

// RFC 5322 section 2.2
const fieldNameSchema = z.string('must be the name of a header field').regex(/^[!-9;-~]{1,76}$/, {
  error: 'must be the name of a header field: printable ASCII without a colon, at most 76 characters',
});

export const headerCondition: ConditionKind<[name: string, text?: string | undefined]> = {
  name: 'header',
  schema: z.tuple([fieldNameSchema, searchTextSchema.optional()], 'must be [name] or [name, text]'),
  needs: ([name]) => ({ headers: [name.toLowerCase()] }),
  evaluate: ([name, text], view) => {
    const values = view.header(name.toLowerCase());
    if (text !== undefined && values.length > 0) {
      const { verdict, why } = searchIn(values, text);
      return { verdict, why: `${quoted(name)} ${why}` };
    }
    return { verdict: values.length > 0, why: `${quoted(name)} is ${values.length > 0 ? '' : 'not '}there` };
  },
};
