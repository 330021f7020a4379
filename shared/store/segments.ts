/** The packed mirror: the segments of one folder under one UIDVALIDITY. */
import type { AccountRef } from './head.ts';
import { accountPk, segmentPrefix, segmentSk, segmentStartOf } from './keys.ts';
import { queryAll } from './query.ts';
import type { Table } from './table.ts';
import { deleteVersioned, putVersioned } from './versioned.ts';

export type SegmentFolder = { readonly folderId: string; readonly uidValidity: number };
export type StoredSegment = { readonly start: number; readonly bytes: Uint8Array; readonly version: number };
export type SegmentChanges = {
  readonly write: readonly { readonly start: number; readonly bytes: Uint8Array }[];
  readonly remove: readonly number[];
};

/** What a segment's item weighs beside its bytes: keys, attribute names and the version (DynamoDB counts all of them). */
export const segmentOverheadBytes = (ref: AccountRef, folder: SegmentFolder): number =>
  Buffer.byteLength(accountPk(ref.tenant, ref.accountId)) +
  Buffer.byteLength(segmentSk(folder.folderId, folder.uidValidity, 1)) +
  'pkskvd'.length +
  NUMBER_BYTES;

// A version of up to eight digits: DynamoDB packs two digits a byte, and one more.
const NUMBER_BYTES = 5;

/** All segments of the folder, in order of UID. */
export const readSegments = async (table: Table, ref: AccountRef, folder: SegmentFolder): Promise<StoredSegment[]> => {
  const prefix = segmentPrefix(folder.folderId, folder.uidValidity);
  const items = await queryAll(table, accountPk(ref.tenant, ref.accountId), { prefix, consistent: true });
  return items.map((item) => ({
    start: segmentStartOf(item['sk'] as string),
    bytes: item['d'] as Uint8Array,
    version: item['v'] as number,
  }));
};

/**
 * Writes the new ones, then the others, then removes, a few at a time, each on condition of the version read: broken off
 * anywhere, every message is still found. Throws `lease.lost`.
 */
export const writeSegments = async (
  table: Table,
  ref: AccountRef,
  folder: SegmentFolder,
  before: readonly StoredSegment[],
  changes: SegmentChanges,
  writesAtOnce = 8,
): Promise<void> => {
  const versions = new Map(before.map(({ start, version }) => [start, version]));
  const pk = accountPk(ref.tenant, ref.accountId);
  const keyOf = (start: number) => ({ pk, sk: segmentSk(folder.folderId, folder.uidValidity, start) });
  const put = ({ start, bytes }: { readonly start: number; readonly bytes: Uint8Array }) =>
    putVersioned(table, keyOf(start), bytes, versions.get(start) ?? 0);
  const isNew = ({ start }: { readonly start: number }) => !versions.has(start);
  await inTurns(changes.write.filter(isNew), put, writesAtOnce);
  await inTurns(
    changes.write.filter((segment) => !isNew(segment)),
    put,
    writesAtOnce,
  );
  await inTurns(
    changes.remove,
    (start) => deleteVersioned(table, keyOf(start), versions.get(start) ?? 0),
    writesAtOnce,
  );
};

const inTurns = async <T>(all: readonly T[], act: (one: T) => Promise<void>, atOnce: number): Promise<void> => {
  for (let from = 0; from < all.length; from += atOnce) await Promise.all(all.slice(from, from + atOnce).map(act));
};

/** Takes away what a folder left behind: all its segments, or those under another UIDVALIDITY than `keep`. */
export const removeSegments = async (table: Table, ref: AccountRef, folderId: string, keep?: number): Promise<void> => {
  const pk = accountPk(ref.tenant, ref.accountId);
  const kept = keep === undefined ? undefined : segmentPrefix(folderId, keep);
  const items = await queryAll(table, pk, { prefix: segmentPrefix(folderId), consistent: true });
  const stale = items.filter((item) => kept === undefined || !(item['sk'] as string).startsWith(kept));
  await inTurns(stale, (item) => deleteVersioned(table, { pk, sk: item['sk'] as string }, item['v'] as number), 8);
};
