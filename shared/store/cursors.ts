/** Cursor pages: where the mirror of each folder stands. */
import { type CursorPage, decodePage, encodePage } from '../sync/cursor.ts';
import type { AccountRef } from './head.ts';
import { accountPk, CURSOR_PREFIX, cursorPageOf, cursorSk } from './keys.ts';
import { queryAll } from './query.ts';
import type { Table } from './table.ts';
import { deleteVersioned, putVersioned } from './versioned.ts';

export type StoredCursorPage = CursorPage & { readonly version: number };

export const readCursorPages = async (table: Table, ref: AccountRef): Promise<StoredCursorPage[]> => {
  const items = await queryAll(table, accountPk(ref.tenant, ref.accountId), {
    prefix: CURSOR_PREFIX,
    consistent: true,
  });
  return items.map((item) => ({
    page: cursorPageOf(item['sk'] as string),
    version: item['v'] as number,
    folders: decodePage(item['d'] as string),
  }));
};

/** Writes every page anew, so that a worker that still thinks it holds the lease cannot. */
export const fenceCursorPages = async (
  table: Table,
  ref: AccountRef,
  pages: readonly StoredCursorPage[],
): Promise<StoredCursorPage[]> => {
  await writeCursorPages(table, ref, pages, pages);
  return pages.map((page) => ({ ...page, version: page.version + 1 }));
};

/** Writes changed pages, and takes away those that hold no folder any more. */
export const writeCursorPages = async (
  table: Table,
  ref: AccountRef,
  before: readonly StoredCursorPage[],
  pages: readonly CursorPage[],
): Promise<void> => {
  const versions = new Map(before.map(({ page, version }) => [page, version]));
  for (const { page, folders } of pages) {
    const key = { pk: accountPk(ref.tenant, ref.accountId), sk: cursorSk(page) };
    const version = versions.get(page) ?? 0;
    if (folders.length > 0) await putVersioned(table, key, encodePage(folders), version);
    else if (version > 0) await deleteVersioned(table, key, version);
  }
};
