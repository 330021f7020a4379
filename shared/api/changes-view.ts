/** What changed in an account's folders, as message ids. */
import * as z from 'zod';
import { formatMessageId } from '../mail/message.ts';
import { type UidSet, uidsOf } from '../mail/uid-set.ts';
import type { Changes } from '../service/read-changes.ts';
import type { FolderChanges } from '../sync/changes.ts';
import { idSchema } from './value-schemas.ts';

const stateSchema = z.string().describe('Opaque; give it as `since` to go on from here');

const folderChangesSchema = z
  .object({
    folderId: idSchema,
    created: z.array(idSchema),
    updated: z.array(idSchema),
    destroyed: z.array(idSchema),
  })
  .meta({ id: 'FolderChanges' });

export const changesSchema = z
  .object({
    oldState: stateSchema,
    newState: stateSchema,
    hasMoreChanges: z.boolean().describe('Ask again with `newState`'),
    folders: z.array(folderChangesSchema),
  })
  .meta({ id: 'Changes', description: 'As JMAP tells changes (RFC 8620 section 5.2), folder by folder' });

export const accountChangesView = (accountId: string, { folders, ...states }: Changes) => ({
  ...states,
  folders: folders.map((folder) => changesView(accountId, folder)),
});

/** The changes of one folder. */
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
