/** The folder that an effect writes to: there, made, or missing. */
import { createFolder, folderStatus } from '../../imap/folders.ts';
import type { MailSession } from '../../imap/session.ts';
import type { FolderCursor } from '../../sync/cursor.ts';
import { type DoneState, mappedPairs, type SkipReason, type Target } from '../../sync/journal.ts';
import type { Books } from '../books.ts';

/** The target with the numbers it has before the command is sent, or why there is none. */
export const prepareTarget = async (session: MailSession, target: Target): Promise<Target | SkipReason> => {
  const status = await folderStatus(session, target.path);
  if (status !== undefined) return { ...target, uidValidity: status.uidValidity, uidNext: status.uidNext };
  if (!target.create) return 'mailbox-missing';
  if (!(await createFolder(session, target.path))) return 'mailbox-not-made';
  const made = await folderStatus(session, target.path);
  return made === undefined ? 'mailbox-not-made' : { ...target, uidValidity: made.uidValidity, uidNext: made.uidNext };
};

/** Enters what came to lie in the target; `keywordsOf` of a source UID. Gives the proved pairs of [from, to]. */
export const enterInTarget = async (
  books: Books,
  path: string,
  { evidence }: DoneState,
  keywordsOf: (from: number) => readonly string[],
): Promise<[from: number, to: number][]> => {
  const pairs = [...mappedPairs(evidence.mapping ?? [])];
  const target = targetCursor(books, path, evidence.targetUidValidity);
  if (target !== undefined) {
    const rows = pairs.map(([from, to]) => ({ uid: to, keywords: keywordsOf(from) }));
    await books.mirrors.add({ folderId: target.id, uidValidity: target.uidValidity }, rows);
  }
  return pairs;
};

/**
 * The cursor of a target folder. One that we made just now gets its first; one that was there and is not mirrored yet gets
 * none: its first sync takes our results in with all else.
 */
export const targetCursor = (books: Books, path: string, uidValidity: number | undefined): FolderCursor | undefined => {
  if (uidValidity === undefined) return undefined;
  const known = books.cursorAt(path);
  if (known !== undefined) return known.uidValidity === uidValidity ? known : undefined;
  if (books.listed(path)) return undefined;
  return books.unsettled(path, uidValidity);
};
