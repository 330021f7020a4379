/** The packed mirror: the segments of one folder under one UIDVALIDITY. */
import type { AccountRef } from './head.ts';
import { accountPk, SEGMENT_PREFIX, segmentPrefix, segmentSk, segmentStartOf } from './keys.ts';
import { queryAll, queryPage } from './query.ts';
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

/** Whether the account has any segment at all. */
export const hasSegments = async (table: Table, ref: AccountRef): Promise<boolean> => {
  const options = { prefix: SEGMENT_PREFIX, consistent: true, limit: 1 };
  return (await queryPage(table, accountPk(ref.tenant, ref.accountId), options)).items.length > 0;
};

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
  writesAtOnce = 16,
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

/** A few at a time; the first failure is thrown once those under way are through. */
const inTurns = async <T>(all: readonly T[], act: (one: T) => Promise<void>, atOnce: number): Promise<void> => {
  const failures: unknown[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < all.length && failures.length === 0) {
      const one = all[next] as T;
      next += 1;
      await act(one).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, work));
  if (failures.length > 0) throw failures[0];
};

/** Takes away what a folder left behind: all its segments, or those under another UIDVALIDITY than `keep`. */
export const removeSegments = async (table: Table, ref: AccountRef, folderId: string, keep?: number): Promise<void> => {
  const pk = accountPk(ref.tenant, ref.accountId);
  const kept = keep === undefined ? undefined : segmentPrefix(folderId, keep);
  const items = await queryAll(table, pk, { prefix: segmentPrefix(folderId), consistent: true });
  const stale = items.filter((item) => kept === undefined || !(item['sk'] as string).startsWith(kept));
  await inTurns(stale, (item) => deleteVersioned(table, { pk, sk: item['sk'] as string }, item['v'] as number), 8);
};

/** Takes away every segment that none of these folders has: what a worker that died had written or not yet taken away. */
export const removeLostSegments = async (
  table: Table,
  ref: AccountRef,
  kept: readonly SegmentFolder[],
): Promise<void> => {
  const pk = accountPk(ref.tenant, ref.accountId);
  const prefixes = new Set(kept.map(({ folderId, uidValidity }) => segmentPrefix(folderId, uidValidity)));
  const isKept = (sk: string): boolean => prefixes.has(sk.slice(0, sk.lastIndexOf('#') + 1));
  const items = await queryAll(table, pk, { prefix: SEGMENT_PREFIX, consistent: true });
  const lost = items.filter((item) => !isKept(item['sk'] as string));
  await inTurns(lost, (item) => deleteVersioned(table, { pk, sk: item['sk'] as string }, item['v'] as number), 8);
};
