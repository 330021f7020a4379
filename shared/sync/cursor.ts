/**
 * Where the mirror of each folder stands, packed into pages so that 57 folders are a few items and 5,000 are still few.
 * A page is one JSON array of tuples; read under the lease only.
 */
import { MailyardError } from '../errors.ts';
import { type FolderStatus, ROLES, type Role } from '../mail/folder.ts';

export type FolderCursor = FolderStatus & {
  /** Ours, short, never reused: a renamed folder keeps its segments. */
  readonly id: string;
  readonly path: string;
  readonly role?: Role;
  /**
   * A first sync under way: messages up to this UID are in the mirror, the status is the one it began with. What happens
   * meanwhile is above its HIGHESTMODSEQ, and read as changes once the first sync is through.
   */
  readonly seededTo?: number;
  /** When all flags were last looked at, in seconds since 1970; kept for folders without mod-sequences. */
  readonly lookedAt?: number;
};

export type CursorPage = { readonly page: number; readonly folders: readonly FolderCursor[] };

type Tuple = [
  id: string,
  path: string,
  role: number,
  uidValidity: number,
  uidNext: number,
  messages: number,
  unseen: number,
  modseq: string,
  seededTo?: number,
  lookedAt?: number,
];

const NONE = -1;

const toTuple = (cursor: FolderCursor): Tuple => [
  cursor.id,
  cursor.path,
  cursor.role === undefined ? NONE : ROLES.indexOf(cursor.role),
  cursor.uidValidity,
  cursor.uidNext,
  cursor.messages,
  cursor.unseen ?? NONE,
  // A 63-bit number would lose digits as a JSON number (RFC 7162 section 3.1.1).
  cursor.highestModseq === undefined ? '' : cursor.highestModseq.toString(36),
  ...lastFields(cursor),
];

/** Most folders have neither, and bytes of a page are few. */
const lastFields = ({ seededTo, lookedAt }: FolderCursor): [] | [number] | [number, number] => {
  if (lookedAt !== undefined) return [seededTo ?? NONE, lookedAt];
  return seededTo === undefined ? [] : [seededTo];
};

const fromTuple = ([
  id,
  path,
  role,
  uidValidity,
  uidNext,
  messages,
  unseen,
  modseq,
  seededTo = NONE,
  lookedAt,
]: Tuple): FolderCursor => {
  const name = ROLES[role];
  return {
    id,
    path,
    ...(name === undefined ? {} : { role: name }),
    uidValidity,
    uidNext,
    messages,
    ...(unseen === NONE ? {} : { unseen }),
    ...(modseq === '' ? {} : { highestModseq: parseBase36(modseq) }),
    ...(seededTo === NONE ? {} : { seededTo }),
    ...(lookedAt === undefined ? {} : { lookedAt }),
  };
};

const parseBase36 = (text: string): bigint => {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
};

export const encodePage = (folders: readonly FolderCursor[]): string => JSON.stringify(folders.map(toTuple));

export const decodePage = (text: string): FolderCursor[] => {
  try {
    return (JSON.parse(text) as Tuple[]).map(fromTuple);
  } catch (cause) {
    throw new MailyardError('segment.corrupt', 'a cursor page cannot be read', { cause });
  }
};

/**
 * The pages to write so that they hold `folders`, touching as few as can be: a folder stays on its page while it fits,
 * new and overflowing ones go to the first page with room. Pages that end up empty are returned empty.
 */
export const updatePages = (
  pages: readonly CursorPage[],
  folders: readonly FolderCursor[],
  pageBytesMax: number,
): CursorPage[] => {
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const placed = new Set<string>();
  const drafts = pages.map((before) => emptyPage(before.page, pageBytesMax, encodePage(before.folders)));
  for (const [index, draft] of drafts.entries()) {
    for (const { id } of pages[index]?.folders ?? []) {
      const folder = byId.get(id);
      if (folder !== undefined && !placed.has(id) && draft.take(folder)) placed.add(id);
    }
  }
  for (const folder of folders) {
    if (placed.has(folder.id) || drafts.some((draft) => draft.take(folder))) continue;
    const fresh = emptyPage(drafts.reduce((max, { page }) => Math.max(max, page), -1) + 1, pageBytesMax, '');
    fresh.take(folder);
    drafts.push(fresh);
  }
  return drafts
    .filter((draft) => encodePage(draft.folders) !== draft.before)
    .map(({ page, folders: held }) => ({ page, folders: held }));
};

const emptyPage = (page: number, bytesMax: number, before: string) => {
  const folders: FolderCursor[] = [];
  let bytes = 1;
  const take = (folder: FolderCursor): boolean => {
    const size = Buffer.byteLength(JSON.stringify(toTuple(folder))) + 1;
    // A single folder with a very long name still gets a page of its own.
    if (folders.length > 0 && bytes + size > bytesMax) return false;
    folders.push(folder);
    bytes += size;
    return true;
  };
  return { page, folders, before, take };
};

/** Folder ids are a counter in base 36; the head keeps it, so that a deleted folder's id never comes back. */
export const folderIdOf = (count: number): string => count.toString(36);
export const folderCountOf = (id: string): number => Number.parseInt(id, 36);
