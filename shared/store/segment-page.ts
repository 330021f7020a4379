/** Segments of one folder a few at a time, newest messages first: an answer of the API must not read a whole folder. */
import type { AccountRef } from './head.ts';
import { accountPk, segmentPrefix, segmentSk, segmentStartOf } from './keys.ts';
import { queryPage } from './query.ts';
import type { SegmentFolder, StoredSegment } from './segments.ts';
import type { Table } from './table.ts';

/** Segments that may hold UIDs below `before`, in descending order; `more` when there are others below them. */
export const pageOfSegments = async (
  table: Table,
  ref: AccountRef,
  folder: SegmentFolder,
  options: { readonly limit: number; readonly before?: number },
): Promise<{ segments: StoredSegment[]; more: boolean }> => {
  const { folderId, uidValidity } = folder;
  const { items, next } = await queryPage(table, accountPk(ref.tenant, ref.accountId), {
    prefix: segmentPrefix(folderId, uidValidity),
    newestFirst: true,
    limit: options.limit,
    ...(options.before === undefined ? {} : { after: segmentSk(folderId, uidValidity, options.before) }),
  });
  const segments = items.map((item) => ({
    start: segmentStartOf(item['sk'] as string),
    bytes: item['d'] as Uint8Array,
    version: item['v'] as number,
  }));
  return { segments, more: next !== undefined };
};
