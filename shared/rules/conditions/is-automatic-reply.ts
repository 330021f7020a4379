/** `isAutomaticReply`: a machine answered in a person’s absence (RFC 3834 section 5, and what older machines say). */
import { AUTOMATIC_REPLY_HEADERS, isAutomaticReply } from '../automatic-mail.ts';
import { booleanCondition } from './boolean.ts';

export const isAutomaticReplyCondition = booleanCondition({
  name: 'isAutomaticReply',
  needs: { headers: [...AUTOMATIC_REPLY_HEADERS] },
  yes: 'is an automatic reply',
  no: 'is no automatic reply',
  compile:
    () =>
    ({ facts }) =>
      isAutomaticReply(facts),
  search: { any: AUTOMATIC_REPLY_HEADERS.map((header) => ({ header })) },
});
