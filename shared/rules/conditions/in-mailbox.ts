/** `inMailbox`: the message is in the folder, or would be after the rules before this one. */
import { type MailboxRef, refText } from '../../mail/folder.ts';
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { mailboxRefSchema, refersTo } from '../mailbox-ref.ts';

export const inMailboxCondition: ConditionKind<MailboxRef> = {
  name: 'inMailbox',
  schema: mailboxRefSchema,
  needs: () => ({}),
  compile: (value) => {
    const says = verdicts(`is in ${quoted(refText(value))}`, `is not in ${quoted(refText(value))}`);
    return (_view, { mailbox, folders }) => says(refersTo(value, mailbox, folders));
  },
};
