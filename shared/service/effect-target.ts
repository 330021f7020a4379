/** The folder that an effect writes to: there, made, or missing. */
import { createFolder, folderStatus } from '../imap/folders.ts';
import type { MailSession } from '../imap/session.ts';
import type { SkipReason, Target } from '../sync/journal.ts';

/** The target with the numbers it has before the command is sent, or why there is none. */
export const prepareTarget = async (session: MailSession, target: Target): Promise<Target | SkipReason> => {
  const status = await folderStatus(session, target.path);
  if (status !== undefined) return { ...target, uidValidity: status.uidValidity, uidNext: status.uidNext };
  if (!target.create) return 'mailbox-missing';
  if (!(await createFolder(session, target.path))) return 'mailbox-not-made';
  const made = await folderStatus(session, target.path);
  return made === undefined ? 'mailbox-not-made' : { ...target, uidValidity: made.uidValidity, uidNext: made.uidNext };
};
