/** `header`: `[name]` when the message has that field, `[name, text]` when one of its values fits the text. */
import * as z from 'zod';
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { compileMatch, type TextMatch, textMatchSchema } from '../match-text.ts';
import { searchHeader } from '../search-text.ts';

// RFC 5322 section 2.2
const fieldNameSchema = z.string('must be the name of a header field').regex(/^[!-9;-~]{1,76}$/, {
  error: 'must be the name of a header field: printable ASCII without a colon, at most 76 characters',
});

export const headerCondition: ConditionKind<[name: string, text?: TextMatch | undefined]> = {
  name: 'header',
  schema: z.tuple([fieldNameSchema, textMatchSchema.optional()], 'must be [name] or [name, text]'),
  needs: ([name]) => ({ headers: [name.toLowerCase()] }),
  compile: ([name, text]) => {
    const field = name.toLowerCase();
    const isThere = verdicts(`${quoted(name)} is there`, `${quoted(name)} is not there`);
    if (text === undefined) return (view) => isThere(view.values(field).length > 0);
    const { holds, says } = compileMatch(text);
    const fits = verdicts(`${quoted(name)} ${says(true).why}`, `${quoted(name)} ${says(false).why}`);
    return (view) => (view.values(field).length === 0 ? isThere(false) : fits(holds(view.header(field))));
  },
  search: ([name, text]) =>
    text === undefined ? { header: name.toLowerCase() } : searchHeader(name.toLowerCase(), text),
};
