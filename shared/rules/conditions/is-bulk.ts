/** `isBulk`: the message was sent to many at once: Precedence, or a way to unsubscribe (RFC 2369, RFC 8058). */
import { BULK_HEADERS, isBulkMail } from '../automatic-mail.ts';
import { booleanCondition } from './boolean.ts';

export const isBulkCondition = booleanCondition({
  name: 'isBulk',
  needs: { headers: [...BULK_HEADERS] },
  yes: 'is bulk mail',
  no: 'is no bulk mail',
  compile:
    () =>
    ({ facts }) =>
      isBulkMail(facts),
  search: { any: BULK_HEADERS.map((header) => ({ header })) },
});
