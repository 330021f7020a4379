/** What one run holds in its hands: the cursors and mirrors of the account, read at its start, written at its end. */
import { LIMITS } from '../limits.ts';
import type { FolderStatus, ListedFolder } from '../mail/folder.ts';
import { removeAges } from '../store/ages.ts';
import { fenceCursorPages, readCursorPages, type StoredCursorPage, writeCursorPages } from '../store/cursors.ts';
import type { AccountRef } from '../store/head.ts';
import { hasSegments, removeLostSegments, removeSegments } from '../store/segments.ts';
import type { Table } from '../store/table.ts';
import { type FolderCursor, folderCountOf, folderIdOf, updatePages } from '../sync/cursor.ts';
import { type Mirrors, openMirrors } from './mirror.ts';

export type Books = {
  readonly mirrors: Mirrors;
  readonly cursorAt: (path: string) => FolderCursor | undefined;
  readonly cursors: () => FolderCursor[];
  readonly listed: (path: string) => boolean;
  /** The id of a folder: its own, or a new one. */
  readonly idFor: (path: string) => string;
  /** A run that died had given this id to a folder whose cursor it did not write. */
  readonly adopt: (path: string, id: string) => void;
  /** The mirror is level with this status; `lookedAt` as in FolderCursor, where all flags were looked at. */
  readonly settle: (folder: ListedFolder, status: FolderStatus, lookedAt?: number) => void;
  /** A first sync that is under way: mirrored up to a UID, under the status it began with. */
  readonly seed: (folder: ListedFolder, status: FolderStatus, seededTo: number) => void;
  /** A cursor that no status equals: the folder is compared in full by the next run, and what its mirror lacks is new. */
  readonly unsettled: (path: string, uidValidity: number) => FolderCursor;
  /** Another client renamed it: same id, same mirror, another path. */
  readonly rename: (cursor: FolderCursor, folder: Pick<ListedFolder, 'path' | 'role'>) => void;
  /** Where the folder of this id lies by now, as the cursors have it. */
  readonly pathOf: (id: string) => string | undefined;
  /** The folder is gone: its cursor now, its segments when the cursors are written. */
  readonly drop: (cursor: FolderCursor) => void;
  /** Folder ids given out so far; the head keeps it. */
  readonly folderCount: () => number;
  readonly saveCursors: () => Promise<void>;
  /**
   * Takes away segments that no cursor leads to any more: when the cursors are written, and before the commit, so that a
   * worker that dies here leaves its lease behind, and the next one knows that it has to sweep after it.
   */
  readonly sweep: () => Promise<void>;
  /** The same for whatever a dead worker left: all that no stored cursor leads to. */
  readonly sweepAll: () => Promise<void>;
};

export type BooksOptions = {
  /** The worker before may still be alive, and must not write any of it any more. */
  readonly tookOver?: boolean;
  /** The cursors, where they were asked for already. */
  readonly pages?: Promise<readonly StoredCursorPage[]> | undefined;
};

export const openBooks = async (
  table: Table,
  ref: AccountRef,
  folders: readonly ListedFolder[],
  folderCount: number,
  { tookOver = false, pages: asked }: BooksOptions = {},
): Promise<Books> => {
  const stored = await (asked ?? readCursorPages(table, ref));
  // A worker that was frozen before it wrote its cursors knows of folders what is no longer so, and no journal has to name them.
  const pages: readonly StoredCursorPage[] = tookOver ? await fenceCursorPages(table, ref, stored) : stored;
  const byPath = new Map(pages.flatMap((page) => page.folders.map((cursor) => [cursor.path, cursor] as const)));
  const paths = new Set(folders.map(({ path }) => path));
  const stale: { readonly folderId: string; readonly keep?: number }[] = [];
  // A run that died after writing its cursors has given out ids that the head does not know of.
  let count = [...byPath.values()].reduce((max, { id }) => Math.max(max, folderCountOf(id)), folderCount);
  const fresh = new Map<string, string>();

  const idFor = (path: string): string => {
    const known = byPath.get(path)?.id ?? fresh.get(path);
    if (known !== undefined) return known;
    count += 1;
    fresh.set(path, folderIdOf(count));
    return folderIdOf(count);
  };
  const put = (cursor: FolderCursor): FolderCursor => {
    const before = byPath.get(cursor.path);
    if (before !== undefined && before.uidValidity !== cursor.uidValidity) {
      stale.push({ folderId: cursor.id, keep: cursor.uidValidity });
    }
    byPath.set(cursor.path, cursor);
    return cursor;
  };

  return {
    mirrors: openMirrors(table, ref, pages.length === 0 && !(await hasSegments(table, ref))),
    cursorAt: (path) => byPath.get(path),
    cursors: () => [...byPath.values()],
    listed: (path) => paths.has(path),
    idFor,
    adopt: (path, id) => {
      if (byPath.has(path)) return;
      fresh.set(path, id);
      count = Math.max(count, folderCountOf(id));
    },
    settle: ({ path, role }, status, lookedAt) => {
      const look = status.highestModseq === undefined && lookedAt !== undefined ? { lookedAt } : {};
      put({ id: idFor(path), path, ...(role === undefined ? {} : { role }), ...status, ...look });
    },
    seed: ({ path, role }, status, seededTo) => {
      put({ id: idFor(path), path, ...(role === undefined ? {} : { role }), ...status, seededTo });
    },
    unsettled: (path, uidValidity) => {
      const role = folders.find((folder) => folder.path === path)?.role;
      return put({
        id: idFor(path),
        path,
        ...(role === undefined ? {} : { role }),
        uidValidity,
        uidNext: 0,
        messages: 0,
      });
    },
    rename: ({ role: _role, ...cursor }, { path, role }) => {
      byPath.delete(cursor.path);
      byPath.set(path, { ...cursor, path, ...(role === undefined ? {} : { role }) });
    },
    pathOf: (id) => [...byPath.values()].find((cursor) => cursor.id === id)?.path,
    drop: (cursor) => {
      byPath.delete(cursor.path);
      stale.push({ folderId: cursor.id });
    },
    folderCount: () => count,
    saveCursors: async () => {
      await writeCursorPages(table, ref, pages, updatePages(pages, [...byPath.values()], LIMITS.cursorPageBytesMax));
    },
    sweep: async () => {
      for (const { folderId, keep } of stale) {
        await removeSegments(table, ref, folderId, keep);
        await removeAges(table, ref, folderId, keep);
      }
    },
    sweepAll: async () => {
      const kept = [...byPath.values()].map(({ id, uidValidity }) => ({ folderId: id, uidValidity }));
      await removeLostSegments(table, ref, kept);
    },
  };
};
