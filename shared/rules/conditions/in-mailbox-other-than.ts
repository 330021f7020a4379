/** `inMailboxOtherThan`: the message is in none of these folders, nor would be after the rules before this one. */
import * as z from 'zod';
import { LIMITS } from '../../limits.ts';
import { type MailboxRef, refText } from '../../mail/folder.ts';
import { type ConditionKind, verdicts } from '../condition-kind.ts';
import { quoted } from '../fold.ts';
import { mailboxRefSchema, refersTo } from '../mailbox-ref.ts';

export const inMailboxOtherThanCondition: ConditionKind<readonly MailboxRef[]> = {
  name: 'inMailboxOtherThan',
  schema: z
    .array(mailboxRefSchema, 'must be a list of mailboxes')
    .min(1, 'must name a mailbox')
    .max(LIMITS.mailboxesPerRuleMax, `must be at most ${LIMITS.mailboxesPerRuleMax} mailboxes`),
  needs: () => ({}),
  compile: (value) => {
    const named = value.slice(0, 3).map((ref) => quoted(refText(ref)));
    const says = verdicts(`is in a folder other than ${named.join(', ')}`, `is in one of ${named.join(', ')}`);
    return (_view, { mailbox, folders }) => says(!value.some((ref) => refersTo(ref, mailbox, folders)));
  },
};
