/** The owner makes, renames and deletes folders. Names are paths as the mail server shows them. */
import { MailyardError } from '../errors.ts';
import type { AccountRef } from '../store/head.ts';
import type { SkipReason } from '../sync/journal.ts';
import type { RequestedChange } from '../sync/requested.ts';
import { type ChangedMailbox, changeMailbox } from './change-mailbox.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { requireAccount } from './manage-accounts.ts';
import { knownFolders } from './read-folders.ts';

/** Throws `not-found`, `folder.refused` with the reason, and what `changeMailbox` throws. */
export const createFolder = (
  deps: MailboxDeps,
  { path, ...ref }: AccountRef & { readonly path: string },
): Promise<ChangedMailbox> => changed(deps, ref, { kind: 'createFolder', path });

/** What lies below it goes along. Throws as `createFolder`. */
export const renameFolder = async (
  deps: MailboxDeps,
  { folderId, path, ...ref }: AccountRef & { readonly folderId: string; readonly path: string },
): Promise<ChangedMailbox> =>
  await changed(deps, ref, { kind: 'renameFolder', path: await pathOf(deps, ref, folderId), to: path });

/** An empty one; with `destroy` any, where the account allows that. Throws as `createFolder`. */
export const deleteFolder = async (
  deps: MailboxDeps,
  { folderId, destroy, ...ref }: AccountRef & { readonly folderId: string; readonly destroy: boolean },
): Promise<ChangedMailbox> =>
  await changed(deps, ref, { kind: 'deleteFolder', path: await pathOf(deps, ref, folderId), destroy });

const pathOf = async (deps: MailboxDeps, ref: AccountRef, folderId: string): Promise<string> => {
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const folder = (await knownFolders(deps, ref)).find(({ id }) => id === folderId);
  if (folder === undefined) throw new MailyardError('not-found', 'there is no such folder');
  return folder.path;
};

const changed = async (deps: MailboxDeps, ref: AccountRef, change: RequestedChange): Promise<ChangedMailbox> => {
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const done = await changeMailbox(deps, { ref, requested: { requester: { by: 'owner' }, changes: [change] } });
  const state = done.parts[0]?.state;
  if (state?.state !== 'skipped') return done;
  if (state.reason === 'destroy-not-allowed') {
    throw new MailyardError('destroy.not-allowed', 'the account does not allow that messages are destroyed');
  }
  if (state.reason === 'mailbox-missing') throw new MailyardError('not-found', 'the folder is not there any more');
  throw new MailyardError('folder.refused', WHY[state.reason] ?? 'the mail server did not do it');
};

const WHY: Partial<Record<SkipReason, string>> = {
  'mailbox-exists': 'there is a folder of that name already; choose another name',
  'mailbox-not-made': 'the mail server did not make it; it may not allow such a name',
  'mailbox-not-empty': 'there are messages in it; move them first',
  'mailbox-has-children': 'there are folders below it; delete or move them first',
  'mailbox-not-changed': 'the mail server does not let this folder be changed',
};
