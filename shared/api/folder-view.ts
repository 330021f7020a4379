/** A folder as the API shows it. */
import type { FolderCursor } from '../sync/cursor.ts';

export const folderView = ({ id, path, role, uidValidity, messages, unseen }: FolderCursor) => ({
  id,
  path,
  ...(role === undefined ? {} : { role }),
  uidValidity,
  messages,
  // Known where the server's STATUS told it.
  ...(unseen === undefined ? {} : { unseen }),
});
