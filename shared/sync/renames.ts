/**
 * Folders that another client renamed: one that vanished and one that appeared are the same when the new one carries the old
 * one's UIDVALIDITY and its UIDs go on from there. Only a pair with no second candidate on either side is proposed, and what
 * the folder holds has to bear it out.
 */
import type { ListedFolder } from '../mail/folder.ts';
import type { FolderCursor } from './cursor.ts';
import type { MessageList } from './message-list.ts';

export type Rename = { readonly cursor: FolderCursor; readonly folder: ListedFolder };

export const proposeRenames = (cursors: readonly FolderCursor[], folders: readonly ListedFolder[]): Rename[] => {
  const paths = new Set(folders.map(({ path }) => path));
  const known = new Set(cursors.map(({ path }) => path));
  const vanished = cursors.filter(({ path }) => !paths.has(path));
  const appeared = folders.filter(({ path, status }) => status !== undefined && !known.has(path));
  return vanished.flatMap((cursor) => {
    const matches = appeared.filter((folder) => goesOn(cursor, folder));
    const [folder] = matches;
    if (folder === undefined || matches.length > 1) return [];
    return vanished.filter((other) => goesOn(other, folder)).length === 1 ? [{ cursor, folder }] : [];
  });
};

const goesOn = (cursor: FolderCursor, { status }: ListedFolder): boolean =>
  status !== undefined &&
  cursor.uidValidity === status.uidValidity &&
  // A cursor that no status equals says nothing of UIDNEXT; an empty folder has nothing to be known by.
  cursor.uidNext > 1 &&
  cursor.messages > 0 &&
  cursor.seededTo === undefined &&
  status.uidNext >= cursor.uidNext;

/** Whether a listing holds enough of what the mirror held: all but a fifth may have gone since. */
export const isSameContent = (mirror: MessageList, listing: MessageList): boolean => {
  const listed = new Set(listing.uids);
  let shared = 0;
  for (const uid of mirror.uids) if (listed.has(uid)) shared += 1;
  return mirror.uids.length > 0 && shared >= SAME_SHARE * mirror.uids.length;
};

const SAME_SHARE = 0.8;
