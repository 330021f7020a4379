/** `inMailbox`: the message is in the folder, or would be after the rules before this one. */
import { type MailboxRef, refText } from '../../mail/folder.ts';
import type { ConditionKind } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { mailboxRefSchema, refersTo } from '../mailbox-ref.ts';

export const inMailboxCondition: ConditionKind<MailboxRef> = {
  name: 'inMailbox',
  schema: mailboxRefSchema,
  needs: () => ({}),
  evaluate: (value, _view, { mailbox, folders }) => {
    const verdict = refersTo(value, mailbox, folders);
    return { verdict, why: `is ${verdict ? '' : 'not '}in ${quoted(refText(value))}` };
  },
};
