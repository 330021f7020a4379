/** A folder as people write it: a path, or `role:archive`. */
import type { MailboxRef } from '../shared/mail/folder.ts';

export const folderOf = (text: string): MailboxRef => {
  const [, role] = /^role:(.+)$/.exec(text) ?? [];
  return (role === undefined ? { path: text } : { role }) as MailboxRef;
};
