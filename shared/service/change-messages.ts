/** The owner moves, flags or removes messages, named by their ids: checked against what is known, then asked for as one change. */
import { MailyardError } from '../errors.ts';
import { type MailboxRef, refText } from '../mail/folder.ts';
import { parseMessageId } from '../mail/message.ts';
import { type UidSet, uidSet } from '../mail/uid-set.ts';
import type { AccountRef } from '../store/head.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import type { FolderRef, RequestedChange } from '../sync/requested.ts';
import { type ChangedMailbox, changeMailbox } from './change-mailbox.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { requireAccount } from './manage-accounts.ts';
import { findKnownFolder, knownFolders } from './read-folders.ts';

export type MessageChange = {
  readonly mailbox?: MailboxRef;
  /** Makes the folder where it is missing. */
  readonly create?: boolean;
  readonly addKeywords?: readonly string[];
  readonly removeKeywords?: readonly string[];
};

/** Throws `not-found` where an id is none of this account's, `validation.failed`, and what `changeMailbox` throws. */
export const changeMessages = async (
  deps: MailboxDeps,
  { ids, change, ...ref }: AccountRef & { readonly ids: readonly string[]; readonly change: MessageChange },
): Promise<ChangedMailbox> => {
  const folders = await foldersOf(deps, ref);
  const mailbox = change.mailbox === undefined ? undefined : pathOf(folders, change.mailbox);
  const { create, addKeywords: add, removeKeywords: remove } = change;
  const changes = groupsOf(ref, folders, ids).map(
    (messages): RequestedChange => ({
      kind: 'change',
      ...messages,
      ...(mailbox === undefined ? {} : { mailbox }),
      ...(create === undefined ? {} : { create }),
      ...(add === undefined ? {} : { add }),
      ...(remove === undefined ? {} : { remove }),
    }),
  );
  return await changeMailbox(deps, { ref, requested: { requester: { by: 'owner' }, changes } });
};

/** For good; throws `destroy.not-allowed` where the account does not allow it, and what `changeMessages` throws. */
export const removeMessages = async (
  deps: MailboxDeps,
  { ids, ...ref }: AccountRef & { readonly ids: readonly string[] },
): Promise<ChangedMailbox> => {
  const account = await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const folders = await knownFolders(deps, ref);
  // Before anything else is told: an id of another account is nobody's.
  const changes = groupsOf(ref, folders, ids).map((messages): RequestedChange => ({ kind: 'remove', ...messages }));
  if (account.allowDestroy !== true) {
    throw new MailyardError('destroy.not-allowed', 'the account does not allow that messages are destroyed');
  }
  return await changeMailbox(deps, { ref, requested: { requester: { by: 'owner' }, changes } });
};

const foldersOf = async (deps: MailboxDeps, ref: AccountRef): Promise<FolderCursor[]> => {
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  return await knownFolders(deps, ref);
};

const pathOf = (folders: readonly FolderCursor[], mailbox: MailboxRef): string => {
  if ('path' in mailbox) return mailbox.path;
  const folder = findKnownFolder(folders, `role:${mailbox.role}`);
  if (folder !== undefined) return folder.path;
  const detail = `names a ${refText(mailbox)} that no folder of the account has; name the folder by its path`;
  throw new MailyardError('validation.failed', `/mailbox ${detail}`, { fields: [{ pointer: '/mailbox', detail }] });
};

type Group = { readonly folder: FolderRef; readonly uids: UidSet };

const groupsOf = (ref: AccountRef, folders: readonly FolderCursor[], ids: readonly string[]): Group[] => {
  const groups = new Map<string, { readonly folder: FolderRef; readonly uids: number[] }>();
  for (const id of ids) {
    const key = parseMessageId(id);
    const isOurs = key?.accountId === ref.accountId && folders.some((folder) => folder.id === key.folderId);
    if (key === undefined || !isOurs) throw new MailyardError('not-found', 'there is no such message');
    const { folderId, uidValidity, uid } = key;
    const name = `${folderId}.${uidValidity}`;
    const group = groups.get(name) ?? { folder: { folderId, uidValidity }, uids: [] };
    groups.set(name, group);
    group.uids.push(uid);
  }
  return [...groups.values()].map(({ folder, uids }) => ({ folder, uids: uidSet(uids) }));
};
