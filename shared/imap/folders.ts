/** LIST and STATUS: one command where the server has LIST-STATUS (RFC 5819), else one STATUS a folder. */
import type { ListResponse, StatusObject } from 'imapflow';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type FolderStatus, type ListedFolder, normalizePath, type Role, withRoles } from '../mail/folder.ts';
import { answered, imapError, requireConnection } from './errors.ts';
import { learnNamespace } from './lean.ts';
import type { MailSession } from './session.ts';

const ROLE_OF_USE: ReadonlyMap<string, Role> = new Map([
  ['\\Inbox', 'inbox'],
  ['\\Archive', 'archive'],
  ['\\Drafts', 'drafts'],
  ['\\Flagged', 'flagged'],
  ['\\Important', 'important'],
  ['\\Junk', 'junk'],
  ['\\Sent', 'sent'],
  ['\\Trash', 'trash'],
  ['\\All', 'all'],
]);

const STATUS_ITEMS = { messages: true, uidNext: true, uidValidity: true, unseen: true, highestModseq: true } as const;

/** All folders with their numbers. A role that two folders claim stays with the first. */
export const listFolders = async ({ client, roles }: MailSession): Promise<ListedFolder[]> => {
  const rows = await answered(client.list({ statusQuery: STATUS_ITEMS }));
  if (rows.length > LIMITS.foldersMax) {
    throw new MailyardError('imap.refused', `the account has more than ${LIMITS.foldersMax} folders`);
  }
  const taken = new Set<Role>();
  const prefix = prefixOf(rows);
  const listed = rows.map((row) => {
    const role = ROLE_OF_USE.get(row.specialUse ?? '');
    if (role === undefined || taken.has(role)) return listedFolder(row, undefined, prefix);
    taken.add(role);
    return listedFolder(row, role, prefix);
  });
  return withRoles(listed, roles);
};

/** The personal namespace's prefix (RFC 2342), seen without asking: everything but INBOX lies below it. */
const prefixOf = (rows: readonly ListResponse[]): string => {
  const [first, ...rest] = rows.filter(({ path }) => normalizePath(path) !== 'INBOX');
  const prefix = `INBOX${first?.delimiter ?? ''}`;
  const isBelow = ({ path }: ListResponse) => path.startsWith(prefix);
  return first !== undefined && first.delimiter !== '' && [first, ...rest].every(isBelow) ? prefix : '';
};

const listedFolder = (row: ListResponse, role: Role | undefined, prefix: string): ListedFolder => {
  const status = statusOf(row.status);
  const selectable = !hasFlag(row, '\\noselect') && !hasFlag(row, '\\nonexistent');
  return {
    path: normalizePath(row.path),
    ...(row.pathAsListed === row.path ? {} : { pathAsListed: row.pathAsListed }),
    ...(prefix !== '' && row.path.startsWith(prefix) ? { shortPath: row.path.slice(prefix.length) } : {}),
    delimiter: row.delimiter,
    ...(role === undefined ? {} : { role }),
    selectable,
    ...(status === undefined || !selectable ? {} : { status }),
  };
};

const hasFlag = (row: ListResponse, flag: string): boolean =>
  [...row.flags].some((held) => held.toLowerCase() === flag);

/** undefined where the server gave no usable numbers: the folder is then left alone. */
const statusOf = (status: StatusObject | undefined): FolderStatus | undefined => {
  if (status?.uidValidity === undefined || status.uidNext === undefined || status.messages === undefined)
    return undefined;
  const { highestModseq, unseen } = status;
  return {
    uidValidity: Number(status.uidValidity),
    uidNext: status.uidNext,
    messages: status.messages,
    ...(unseen === undefined ? {} : { unseen }),
    // Zero says that the server keeps none for this folder (RFC 7162 section 3.1.2.2).
    ...(highestModseq === undefined || highestModseq === 0n ? {} : { highestModseq }),
  };
};

/** STATUS of one folder; undefined only when a LIST, too, shows that it is not there. */
export const folderStatus = async ({ client }: MailSession, path: string): Promise<FolderStatus | undefined> => {
  try {
    const status = await client.status(path, STATUS_ITEMS);
    if (status === false) requireConnection(client);
    const usable = status === false ? undefined : statusOf(status);
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
