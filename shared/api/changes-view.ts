/** The changes of one folder, as message ids. */
import { formatMessageId } from '../mail/message.ts';
import { type UidSet, uidsOf } from '../mail/uid-set.ts';
import type { FolderChanges } from '../sync/changes.ts';

export const changesView = (accountId: string, { folderId, uidValidity, ...changes }: FolderChanges) => {
  const ids = (uids: UidSet): string[] =>
    [...uidsOf(uids)].map((uid) => formatMessageId({ accountId, folderId, uidValidity, uid }));
  return {
    folderId,
    created: ids(changes.created),
    updated: ids(changes.updated),
    destroyed: ids(changes.destroyed),
  };
};
