/** Opening a folder, under the UIDVALIDITY that was expected or not at all. */
import { MailyardError } from '../errors.ts';
import { imapError } from './errors.ts';
import { folderStatus } from './folders.ts';
import type { MailSession } from './session.ts';

export type Selected = { readonly uidValidity: number; readonly exists: number; readonly uidNext: number | undefined };

/** EXAMINE unless `write`: looking must change nothing, \Recent included. undefined when the folder is not there. */
export const selectFolder = async (
  session: MailSession,
  path: string,
  options: { readonly write?: boolean } = {},
): Promise<Selected | undefined> => {
  try {
    const opened = await session.client.mailboxOpen(path, { readOnly: options.write !== true });
    return { uidValidity: Number(opened.uidValidity), exists: opened.exists, uidNext: opened.uidNext };
  } catch (error) {
    // A NO may as well mean "not now": only a folder that STATUS and LIST do not know either is gone.
    if (isNo(error) && (await folderStatus(session, path)) === undefined) return undefined;
    throw imapError(error);
  }
};

/**
 * As above, but a folder that is open already is not opened again: its UIDVALIDITY holds for as long as it is open (RFC 3501
 * section 2.3.1.1). For what is asked by UIDs that are known; EXISTS and UIDNEXT are only as new as the last command.
 */
export const keepFolder = async (
  session: MailSession,
  path: string,
  options: { readonly write?: boolean } = {},
): Promise<Selected | undefined> => {
  const { mailbox } = session.client;
  if (mailbox === false || mailbox.path !== path || (options.write === true && mailbox.readOnly === true)) {
    return await selectFolder(session, path, options);
  }
  return { uidValidity: Number(mailbox.uidValidity), exists: mailbox.exists, uidNext: mailbox.uidNext };
};

const isNo = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'responseStatus' in error && error.responseStatus === 'NO';

/** How many messages the open folder holds by now, with what other clients did meanwhile. */
export const existsNow = ({ client }: MailSession): number => {
  if (client.mailbox === false) throw new MailyardError('imap.connection-lost', 'no folder is open any more');
  return client.mailbox.exists;
};
