/** `isNoReply`: the sender takes no replies, by the name of its address (no-reply, mailer-daemon ...). */
import { isNoReplyMail, SENDER_HEADERS } from '../automatic-mail.ts';
import { booleanCondition } from './boolean.ts';

export const isNoReplyCondition = booleanCondition({
  name: 'isNoReply',
  needs: { headers: [...SENDER_HEADERS] },
  yes: 'its sender takes no replies',
  no: 'its sender may be answered',
  compile:
    () =>
    ({ facts }) =>
      isNoReplyMail(facts),
});
