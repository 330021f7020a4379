/** `inList`: somebody in From (or the headers named) is in a list that the owner keeps, by address or by domain. */
import * as z from 'zod';
import { LIMITS } from '../../limits.ts';
import { type ConditionKind, unknown, verdicts } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { isListed } from '../named-list.ts';
import { strictObject } from '../strict-object.ts';

const HEADERS = ['from', 'sender', 'reply-to', 'to', 'cc', 'delivered-to'] as const;

const schema = strictObject({
  list: z
    .string('must be the name of a list')
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be the name of a list: letters, digits, _ and -')
    .max(LIMITS.listNameCharsMax, `must be at most ${LIMITS.listNameCharsMax} characters`),
  headers: z
    .array(z.enum(HEADERS, `must be one of ${HEADERS.join(', ')}`), 'must be a list of headers')
    .min(1, 'must name a header; leave it out for From')
    .max(HEADERS.length, `must be at most ${HEADERS.length} headers`)
    .default(['from']),
});

export const inListCondition: ConditionKind<z.infer<typeof schema>> = {
  name: 'inList',
  schema,
  needs: ({ headers }) => ({ headers }),
  compile: ({ list: name, headers }, { lists }) => {
    const list = lists?.get(name);
    if (list === undefined) {
      const missing = unknown(`there is no list ${quoted(name)}`);
      return () => missing;
    }
    const says = verdicts(`is in the list ${quoted(name)}`, `is not in the list ${quoted(name)}`);
    return (view) => says(headers.some((header) => view.persons(header).some((person) => isListed(list, person))));
  },
};
