/** The owner has a draft written: a message of its own, or a reply to one. Nothing is ever sent. */
import { MailyardError } from '../errors.ts';
import { parseMessageId } from '../mail/message.ts';
import { uidSet } from '../mail/uid-set.ts';
import type { ComposedDraft, DraftSpec } from '../rules/effect.ts';
import type { AccountRef } from '../store/head.ts';
import type { RequestedChange } from '../sync/requested.ts';
import { type ChangedMailbox, changeMailbox } from './change-mailbox.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { requireAccount } from './manage-accounts.ts';

export type DraftWanted = ComposedDraft | { readonly inReplyTo: string; readonly draft: DraftSpec };

/**
 * Under the same `id` it is written once. Throws `not-found`, `message.gone` where the message to reply to is, `folder.refused`
 * where the account has no folder for drafts, and what `changeMailbox` throws.
 */
export const writeDraft = async (
  deps: MailboxDeps,
  { id, wanted, ...ref }: AccountRef & { readonly id: string; readonly wanted: DraftWanted },
): Promise<ChangedMailbox> => {
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const change: RequestedChange =
    'inReplyTo' in wanted
      ? { kind: 'reply', id, to: messageOf(ref, wanted.inReplyTo), draft: wanted.draft }
      : { kind: 'draft', id, draft: wanted };
  const done = await changeMailbox(deps, { ref, requested: { requester: { by: 'owner' }, changes: [change] } });
  const state = done.parts[0]?.state;
  if (state?.state === 'skipped' && state.reason === 'message-gone') {
    throw new MailyardError('message.gone', 'the message to reply to is no longer there');
  }
  if (state?.state === 'skipped' && state.reason === 'mailbox-missing') {
    throw new MailyardError('folder.refused', 'the account has no folder for drafts');
  }
  return done;
};

const messageOf = (ref: AccountRef, messageId: string) => {
  const key = parseMessageId(messageId);
  if (key?.accountId !== ref.accountId) throw new MailyardError('not-found', 'there is no such message to reply to');
  const { folderId, uidValidity, uid } = key;
  return { folder: { folderId, uidValidity }, uids: uidSet([uid]) };
};
