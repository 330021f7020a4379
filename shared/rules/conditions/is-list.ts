/** `isList`: the message came through a mailing list (RFC 2369, RFC 2919). */
import { isListMail, LIST_HEADERS } from '../automatic-mail.ts';
import { booleanCondition } from './boolean.ts';

export const isListCondition = booleanCondition({
  name: 'isList',
  needs: { headers: [...LIST_HEADERS, 'precedence'] },
  yes: 'came through a mailing list',
  no: 'came through no mailing list',
  compile:
    () =>
    ({ facts }) =>
      isListMail(facts),
  search: { any: [...LIST_HEADERS, 'precedence'].map((header) => ({ header })) },
});
