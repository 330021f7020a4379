/** The folders of an account as the mirror knows them. */
import type { Role } from '../mail/folder.ts';
import { normalizePath, ROLES } from '../mail/folder.ts';
import { readCursorPages } from '../store/cursors.ts';
import type { AccountRef } from '../store/head.ts';
import type { FolderCursor } from '../sync/cursor.ts';
import type { BaseDeps } from './deps.ts';
import { requireAccount } from './manage-accounts.ts';

type Deps = Pick<BaseDeps, 'table'>;

/** In order of path; `next` is the path to go on after. Throws `not-found`. */
export const readFolders = async (
  deps: Deps,
  { after, limit, ...ref }: AccountRef & { readonly limit: number; readonly after?: string },
): Promise<{ folders: readonly FolderCursor[]; next?: string }> => {
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  const all = (await knownFolders(deps, ref)).filter(({ path }) => after === undefined || path > after);
  const folders = all.slice(0, limit);
  const last = folders.at(-1);
  return { folders, ...(last !== undefined && all.length > limit ? { next: last.path } : {}) };
};

/** Sorted by path. Pages are read without the lease, so that a folder on its way between two may be seen twice. */
export const knownFolders = async ({ table }: Deps, ref: AccountRef): Promise<FolderCursor[]> => {
  const pages = await readCursorPages(table, ref);
  const byId = new Map(pages.flatMap(({ folders }) => folders).map((folder) => [folder.id, folder]));
  return [...byId.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
};

/** `role:archive`, or a path; a folder may itself be called `role:x` where x is no role. */
export const findKnownFolder = (folders: readonly FolderCursor[], name: string): FolderCursor | undefined => {
  const role = ROLES.find((known) => name === `role:${known}`);
  if (role === undefined) return folders.find(({ path }) => path === normalizePath(name));
  return folders.find((folder) => folder.role === role) ?? inboxByName(folders, role);
};

/** Servers without SPECIAL-USE still have an inbox (RFC 9051 section 5.1). */
const inboxByName = (folders: readonly FolderCursor[], role: Role): FolderCursor | undefined =>
  role === 'inbox' ? folders.find(({ path }) => path === 'INBOX') : undefined;
