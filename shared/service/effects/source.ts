/** The folder in which the messages of a command lie. */

import { selectFolder } from '../../imap/selected.ts';
import type { MailSession } from '../../imap/session.ts';
import type { SkipReason, Source } from '../../sync/journal.ts';

/** Opens it for writing; or why nothing may be done there: it is gone, or its UIDs mean something else by now. */
export const openSource = async (
  session: MailSession,
  { path, uidValidity }: Pick<Source, 'path' | 'uidValidity'>,
): Promise<SkipReason | undefined> => {
  const selected = await selectFolder(session, path, { write: true });
  if (selected === undefined) return 'mailbox-missing';
  return selected.uidValidity === uidValidity ? undefined : 'uidvalidity-changed';
};
