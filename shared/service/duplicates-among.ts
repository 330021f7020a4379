/** Which of some messages are duplicates, as a run that met them in this order would answer; what it would remember is forgotten. */
import { searchFolder } from '../imap/search.ts';
import type { MessageFacts } from '../mail/message.ts';
import { UID_MAX } from '../mail/uid-set.ts';
import type { Rule } from '../rules/rule.ts';
import type { Table } from '../store/table.ts';
import type { FolderView } from './mailbox-view.ts';
import { askForDuplicates, openSeenMessages } from './seen-messages.ts';

/** undefined where no rule asks. */
export const duplicatesAmong = async (
  { table }: { readonly table: Table },
  { ref, session, source }: FolderView,
  rules: readonly Rule[],
  messages: readonly MessageFacts[],
): Promise<readonly boolean[] | undefined> => {
  if (!askForDuplicates(rules)) return undefined;
  const all = new Set(await searchFolder(session, source, 'ALL', UID_MAX));
  const folder = { id: source.folderId, uidValidity: source.uidValidity, isThere: (uid: number) => all.has(uid) };
  return await openSeenMessages(table, ref).meet(folder, messages);
};
