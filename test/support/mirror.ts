/** What our mirror says of a folder, in the words of the oracle. */
import { flagOf } from '../../shared/mail/keyword.ts';
import { readCursorPages } from '../../shared/store/cursors.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { readSegments } from '../../shared/store/segments.ts';
import { rowsOf } from '../../shared/sync/message-list.ts';
import { unpackSegments } from '../../shared/sync/pack.ts';
import type { HeldMessage } from './dovecot-oracle.ts';
import type { Yard } from './yard.ts';

export const mirrorOf = async (yard: Pick<Yard, 'deps'>, ref: AccountRef, path: string): Promise<HeldMessage[]> => {
  const pages = await readCursorPages(yard.deps.table, ref);
  const cursor = pages.flatMap(({ folders }) => folders).find((folder) => folder.path === path);
  if (cursor === undefined) return [];
  const segments = await readSegments(yard.deps.table, ref, { folderId: cursor.id, uidValidity: cursor.uidValidity });
  return [...rowsOf(unpackSegments(segments))].map(({ uid, keywords }) => ({
    uid,
    flags: keywords.map(flagOf).sort(),
  }));
};
