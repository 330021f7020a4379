/** LIST and STATUS: one command where the server has LIST-STATUS (RFC 5819), else one STATUS a folder. */
import type { ListResponse, StatusObject } from 'imapflow';
import { MailyardError } from '../errors.ts';
import type { FolderStatus, ListedFolder } from '../mail/folder.ts';
import { answered, imapError, requireConnection } from './errors.ts';
import { type FolderRow, folderStatusOf, listedFolders, requireFewFolders, type StatusNumbers } from './folder-row.ts';
import { learnNamespace } from './lean.ts';
import type { MailSession } from './session.ts';

const STATUS_ITEMS = { messages: true, uidNext: true, uidValidity: true, unseen: true, highestModseq: true } as const;

/** All folders with their numbers, those with a role first. A role that two folders claim stays with the first. */
export const listFolders = async ({
  client,
  roles,
}: Pick<MailSession, 'client' | 'roles'>): Promise<ListedFolder[]> => {
  const rows = await answered(client.list({ statusQuery: STATUS_ITEMS }));
  requireFewFolders(rows.length);
  return listedFolders(rows.map(rowOf), roles);
};

const rowOf = (row: ListResponse): FolderRow => ({
  ...row,
  // Typed as there, and absent where the server said NIL.
  delimiter: (row.delimiter as string | undefined) ?? '',
  status: numbersOf(row.status),
});

const numbersOf = (status: StatusObject | undefined): StatusNumbers => {
  const { uidValidity, uidNext, messages, unseen, highestModseq } = status ?? {};
  return {
    ...(uidValidity === undefined ? {} : { uidValidity: Number(uidValidity) }),
    ...(uidNext === undefined ? {} : { uidNext }),
    ...(messages === undefined ? {} : { messages }),
    ...(unseen === undefined ? {} : { unseen }),
    ...(highestModseq === undefined ? {} : { highestModseq }),
  };
};

/** STATUS of one folder; undefined only when a LIST, too, shows that it is not there. */
export const folderStatus = async ({ client }: MailSession, path: string): Promise<FolderStatus | undefined> => {
  try {
    const status = await client.status(path, STATUS_ITEMS);
    if (status === false) requireConnection(client);
    const usable = status === false ? undefined : folderStatusOf(numbersOf(status));
    if (usable === undefined) throw new MailyardError('imap.refused', 'the server gives no status of a folder');
    return usable;
  } catch (error) {
    if (hasCode(error, 'NotFound')) return undefined;
    throw imapError(error);
  }
};

/** True when it is there afterwards, made now or before. */
export const createFolder = async (session: MailSession, path: string): Promise<boolean> => {
  try {
    await learnNamespace(session.client);
    await session.client.mailboxCreate(path);
    return true;
  } catch {
    // ALREADYEXISTS, or a refusal: what counts is whether it is there.
    return (await folderStatus(session, path)) !== undefined;
  }
};

/** Whether a folder has others below it, by a LIST of its own. */
export const hasChildren = async ({ client }: MailSession, path: string, delimiter: string): Promise<boolean> => {
  if (delimiter === '') return false;
  const rows = await answered(client.list());
  return rows.some((row) => row.path.startsWith(`${path}${delimiter}`));
};

/** RENAME and DELETE say nothing that counts: what became of it is looked up. Throws only when the connection is lost. */
export const renameFolder = async (session: MailSession, path: string, to: string): Promise<void> => {
  await learnNamespace(session.client);
  await session.client.mailboxRename(path, to).catch((error: unknown) => throwUnlessNo(session, error));
};

export const deleteFolder = async (session: MailSession, path: string): Promise<void> => {
  await session.client.mailboxDelete(path).catch((error: unknown) => throwUnlessNo(session, error));
};

const throwUnlessNo = ({ client }: MailSession, error: unknown): void => {
  requireConnection(client);
  const ours = imapError(error);
  if (ours.code !== 'imap.refused') throw ours;
};

const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
