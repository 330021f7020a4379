/** What LIST and STATUS said of folders, row by row, and what we make of it. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import {
  type FolderRoles,
  type FolderStatus,
  type ListedFolder,
  normalizePath,
  type Role,
  withRoles,
} from '../mail/folder.ts';

/** Numbers as they were said; absent where they were not, or were no numbers. */
export type StatusNumbers = {
  uidValidity?: number;
  uidNext?: number;
  messages?: number;
  unseen?: number;
  highestModseq?: bigint;
};

export type FolderRow = {
  /** Decoded. */
  readonly path: string;
  /** In the server's own encoding. */
  readonly pathAsListed: string;
  /** '' where the server has none. */
  readonly delimiter: string;
  /** Attributes of LIST, in the server's own case. */
  readonly flags: ReadonlySet<string>;
  /** `\Sent` and the like (RFC 6154), at most one folder each. */
  readonly specialUse?: string | undefined;
  readonly status?: StatusNumbers | undefined;
};

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

/** Throws `imap.refused` for an account that has too many. */
export const requireFewFolders = (count: number): void => {
  if (count > LIMITS.foldersMax) {
    throw new MailyardError('imap.refused', `the account has more than ${LIMITS.foldersMax} folders`);
  }
};

/** A role that two folders claim stays with the first; what the owner says of roles goes before what the server says. */
export const listedFolders = (rows: readonly FolderRow[], roles: FolderRoles): ListedFolder[] => {
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
const prefixOf = (rows: readonly FolderRow[]): string => {
  const others = rows.filter(({ path }) => normalizePath(path) !== 'INBOX');
  const delimiter = others[0]?.delimiter ?? '';
  const prefix = `INBOX${delimiter}`;
  const isBelow = (row: FolderRow) => row.delimiter === delimiter && row.path.startsWith(prefix);
  return delimiter !== '' && others.every(isBelow) ? prefix : '';
};

const listedFolder = (row: FolderRow, role: Role | undefined, prefix: string): ListedFolder => {
  const status = folderStatusOf(row.status);
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

const hasFlag = ({ flags }: FolderRow, flag: string): boolean => {
  for (const held of flags) if (held.toLowerCase() === flag) return true;
  return false;
};

/** undefined where the server gave no usable numbers: the folder is then left alone. */
export const folderStatusOf = (numbers: StatusNumbers | undefined): FolderStatus | undefined => {
  const { uidValidity, uidNext, messages, unseen, highestModseq } = numbers ?? {};
  if (uidValidity === undefined || uidNext === undefined || messages === undefined) return undefined;
  return {
    uidValidity,
    uidNext,
    messages,
    ...(unseen === undefined ? {} : { unseen }),
    // Zero says that the server keeps none for this folder (RFC 7162 section 3.1.2.2).
    ...(highestModseq === undefined || highestModseq === 0n ? {} : { highestModseq }),
  };
};
