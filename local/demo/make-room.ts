/** The demo mailbox does not grow without end: where new mail would pass the bound, the oldest goes, and it is said. */
import type { Mailbox, Message, Server } from 'hoodiecrow-imap';
import type { MailStore } from './mail-store.ts';

const KEEP = ['\\Drafts', '\\Sent'];

/** Leaves room for one message: the oldest of INBOX and Archive goes first, then that of the fullest other folder. */
export const makeRoom = (
  server: Server,
  store: MailStore,
  messagesMax: number,
  report: (line: string) => void,
): void => {
  const folders = Object.values(store.folders);
  let over = folders.reduce((sum, { messages }) => sum + messages.length, 0) + 1 - messagesMax;
  for (; over > 0; over -= 1) {
    const found = oldestOf(folders);
    if (found === undefined) return;
    const { folder, message } = found;
    const index = folder.messages.indexOf(message);
    folder.messages.splice(index, 1);
    server.notify({ tag: '*', attributes: [index + 1, { type: 'ATOM', value: 'EXPUNGE' }] }, folder);
    report(
      `The demo mailbox holds ${messagesMax} messages at most: the oldest of ${folder.path} (UID ${message.uid}) was dropped`,
    );
  }
};

const oldestOf = (folders: readonly Mailbox[]): { folder: Mailbox; message: Message } | undefined => {
  const first = folders.filter(({ path, specialUse }) => path === 'INBOX' || specialUse === '\\Archive');
  const others = folders.filter((folder) => !first.includes(folder) && !KEEP.includes(folder.specialUse ?? ''));
  const fullest = others.toSorted((a, b) => b.messages.length - a.messages.length).slice(0, 1);
  for (const candidates of [first, fullest]) {
    const rows = candidates.flatMap((folder) => folder.messages.map((message) => ({ folder, message })));
    const oldest = rows.toSorted((a, b) => Date.parse(a.message.internaldate) - Date.parse(b.message.internaldate))[0];
    if (oldest !== undefined) return oldest;
  }
  return undefined;
};
