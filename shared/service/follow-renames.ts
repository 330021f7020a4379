/** Folders that another client renamed keep their mirror: mail in them is not taken for new, nor for old. */
import { listAll } from '../imap/listing.ts';
import type { MailSession } from '../imap/session.ts';
import type { ListedFolder } from '../mail/folder.ts';
import type { News } from '../sync/journal.ts';
import { isSameContent, proposeRenames } from '../sync/renames.ts';
import type { Books } from './books.ts';

/** Each proposal is borne out by what the folder holds, or it is none. */
export const followRenames = async (
  books: Books,
  session: MailSession,
  folders: readonly ListedFolder[],
): Promise<News[]> => {
  const news: News[] = [];
  for (const { cursor, folder } of proposeRenames(books.cursors(), folders)) {
    const listing = await listAll(session, folder.path);
    if (listing?.uidValidity !== cursor.uidValidity) continue;
    const mirror = await books.mirrors.read({ folderId: cursor.id, uidValidity: cursor.uidValidity });
    if (!isSameContent(mirror, listing.rows)) continue;
    news.push({ event: 'folder.renamed', path: folder.path, from: cursor.path });
    books.rename(cursor, folder);
  }
  return news;
};
