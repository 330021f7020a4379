/** Folders: what LIST and STATUS tell (RFC 9051 sections 6.3.9 and 6.3.11), and how owners name them. */
import { LIMITS } from '../limits.ts';

/** JMAP mailbox roles (RFC 8621 section 2), from SPECIAL-USE (RFC 6154). */
export const ROLES = ['inbox', 'archive', 'drafts', 'flagged', 'important', 'junk', 'sent', 'trash', 'all'] as const;
export type Role = (typeof ROLES)[number];

/** STATUS numbers of one folder. `highestModseq` is 63 bits wide (RFC 7162) and absent where the server keeps none. */
export type FolderStatus = {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly messages: number;
  readonly unseen?: number;
  readonly highestModseq?: bigint;
};

/** One row of a listing. `path` is decoded, with the server's own delimiter; INBOX is always spelt so. */
export type ListedFolder = {
  readonly path: string;
  /** Without the prefix of the personal namespace (RFC 2342): how owners name it, too. Absent where there is none. */
  readonly shortPath?: string;
  /** The path in the server's own encoding, where that is another. */
  readonly pathAsListed?: string;
  readonly delimiter: string;
  readonly role?: Role;
  /** False for \Noselect and \NonExistent: it has no messages and no status. */
  readonly selectable: boolean;
  readonly status?: FolderStatus;
};

/** How an owner names a folder: by its path, or by its role wherever that lives. */
export type MailboxRef = { readonly path: string } | { readonly role: Role };

/** Folders by role, as an owner says. */
export type FolderRoles = { readonly [Each in Role]?: string | undefined };

/** A listing in which the named folders have the roles, and no others have these; a folder that is not there changes nothing. */
export const withRoles = (folders: readonly ListedFolder[], roles: FolderRoles): ListedFolder[] => {
  const owned = new Map<string, Role>();
  const taken = new Set<Role>();
  for (const role of ROLES) {
    const path = roles[role];
    const folder = path === undefined ? undefined : findFolder(folders, { path });
    if (folder === undefined || owned.has(folder.path)) continue;
    owned.set(folder.path, role);
    taken.add(role);
  }
  return folders.map((folder) => {
    const { role: told, ...rest } = folder;
    const role = owned.get(folder.path) ?? (told !== undefined && taken.has(told) ? undefined : told);
    return role === told ? folder : { ...rest, ...(role === undefined ? {} : { role }) };
  });
};

/** INBOX is case-insensitive (RFC 9051 section 5.1); all other names are not. */
export const normalizePath = (path: string): string => (path.toUpperCase() === 'INBOX' ? 'INBOX' : path);

/** The listed folder that a reference means. */
export const findFolder = (folders: readonly ListedFolder[], ref: MailboxRef): ListedFolder | undefined => {
  if ('role' in ref) return folders.find((folder) => folder.role === ref.role && folder.selectable);
  const path = normalizePath(ref.path);
  return folders.find((folder) => folder.path === path) ?? folders.find((folder) => folder.shortPath === path);
};

/** Why a folder path cannot be used; undefined when it can. Control characters would split an IMAP command. */
export const pathProblem = (path: string): string | undefined => {
  if (path === '') return 'must not be empty';
  if (Buffer.byteLength(path) > LIMITS.folderPathBytesMax) return `must be at most ${LIMITS.folderPathBytesMax} bytes`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(path)) return 'must not hold control characters';
  if (!path.isWellFormed()) return 'must be well-formed Unicode';
  if (/[*%]/.test(path)) return 'must not hold the LIST wildcards * and %';
  return undefined;
};

export const refText = (ref: MailboxRef): string => ('role' in ref ? `role ${ref.role}` : ref.path);
