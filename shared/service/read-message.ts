/** One message's headers and text, read from the mail server at the moment they are asked for; nothing of it is kept. */
import { MailyardError } from '../errors.ts';
import { type ReadMessage, readMessage as readFromServer } from '../imap/messages.ts';
import { LIMITS } from '../limits.ts';
import { parseMessageId } from '../mail/message.ts';
import type { AccountRef } from '../store/head.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import type { MailboxDeps } from './mailbox-deps.ts';
import { requireAccount } from './manage-accounts.ts';
import { openCredential } from './open-credential.ts';
import { knownFolders } from './read-folders.ts';
import { withMailbox } from './with-mailbox.ts';

export type MessageOnServer = ReadMessage & { readonly folder: FolderCursor; readonly uid: number };

/** Throws `not-found` for an id that is none of this account's, or whose message is no longer there; `imap.*`. */
export const readMessage = async (
  deps: MailboxDeps,
  { messageId, ...ref }: AccountRef & { readonly messageId: string },
): Promise<MessageOnServer> => {
  const { tenant, accountId } = ref;
  const account = await requireAccount(deps, { tenant, id: accountId });
  const key = parseMessageId(messageId);
  if (key === undefined || key.accountId !== accountId) throw notThere();
  const { uid, uidValidity } = key;
  const folder = (await knownFolders(deps, ref)).find(({ id }) => id === key.folderId);
  if (folder === undefined || folder.uidValidity !== uidValidity) throw notThere();
  const credential = await openCredential(deps, account);
  const timeoutMs = Math.min(LIMITS.readMessageSeconds * 1_000, deps.deadline() - deps.now());
  const message = await withMailbox(deps, { account, credential, timeoutMs }, (session) =>
    readFromServer(session, { path: folder.path, uidValidity, uid }),
  );
  if (message === undefined) throw notThere();
  return { ...message, folder, uid };
};

const notThere = (): MailyardError => new MailyardError('not-found', 'there is no such message (any more)');
