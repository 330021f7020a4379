/** The folder in which the messages of a command lie. */

import { selectFolder } from '../../imap/selected.ts';
import type { MailSession } from '../../imap/session.ts';
import type { SkipReason, Source } from '../../sync/journal.ts';

/** Opens it for writing; or why nothing may be done there: it is gone, or its UIDs mean something else by now. */
export const openSource = (session: MailSession, source: Pick<Source, 'path' | 'uidValidity'>) =>
  select(session, source, true);

/** The same, only to look at. */
export const examineSource = (session: MailSession, source: Pick<Source, 'path' | 'uidValidity'>) =>
  select(session, source, false);

const select = async (
  session: MailSession,
  { path, uidValidity }: Pick<Source, 'path' | 'uidValidity'>,
  write: boolean,
): Promise<SkipReason | undefined> => {
  const selected = await selectFolder(session, path, { write });
  if (selected === undefined) return 'mailbox-missing';
  return selected.uidValidity === uidValidity ? undefined : 'uidvalidity-changed';
};
