/** How long a folder's messages have been as they are (shared/sync/ages.ts): one item a folder that a rule waits in. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { LIMITS } from '../limits.ts';
import { type Ages, decodeAges, encodeAges, NO_AGES } from '../sync/ages.ts';
import type { AccountRef } from './head.ts';
import { accountPk, agesPrefix, agesSk } from './keys.ts';
import { queryAll } from './query.ts';
import type { SegmentFolder } from './segments.ts';
import type { Table } from './table.ts';
import { deleteVersioned, putVersioned } from './versioned.ts';

export type StoredAges = { readonly ages: Ages; readonly version: number };

const keyOf = ({ tenant, accountId }: AccountRef, { folderId, uidValidity }: SegmentFolder) => ({
  pk: accountPk(tenant, accountId),
  sk: agesSk(folderId, uidValidity),
});

export const readAges = async (table: Table, ref: AccountRef, folder: SegmentFolder): Promise<StoredAges> => {
  const Key = keyOf(ref, folder);
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  if (Item === undefined) return { ages: NO_AGES, version: 0 };
  return { ages: decodeAges(unpacked(Item['d'] as Uint8Array)), version: Item['v'] as number };
};

/** An item is 400 KB at most, and sets of UIDs repeat much. */
const unpacked = (bytes: Uint8Array): string =>
  inflateRawSync(bytes, { maxOutputLength: LIMITS.agesBytesMax }).toString();

/** Throws `lease.lost` when someone else has written it since. */
export const writeAges = async (
  table: Table,
  ref: AccountRef,
  folder: SegmentFolder,
  { ages, version }: StoredAges,
): Promise<void> => await putVersioned(table, keyOf(ref, folder), deflateRawSync(encodeAges(ages)), version);

/** Of a folder that is gone, or those under another UIDVALIDITY than `keep`. */
export const removeAges = async (table: Table, ref: AccountRef, folderId: string, keep?: number): Promise<void> => {
  const pk = accountPk(ref.tenant, ref.accountId);
  const kept = keep === undefined ? undefined : agesSk(folderId, keep);
  for (const item of await queryAll(table, pk, { prefix: agesPrefix(folderId), consistent: true })) {
    const sk = item['sk'] as string;
    if (sk !== kept) await deleteVersioned(table, { pk, sk }, item['v'] as number);
  }
};
