/** Message-IDs that were seen: one item a bucket, each within a kilobyte, written over the version read. */
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { decodeSeen, encodeSeen, type SeenBucket } from '../sync/seen.ts';
import type { AccountRef } from './head.ts';
import { accountPk, seenBucketOf, seenSk } from './keys.ts';
import type { Table } from './table.ts';
import { putVersioned } from './versioned.ts';

export type StoredSeenBucket = { readonly version: number; readonly seen: SeenBucket };

/** By number; one that is not there yet is missing. */
export const readSeenBuckets = async (
  table: Table,
  ref: AccountRef,
  buckets: readonly number[],
): Promise<Map<number, StoredSeenBucket>> => {
  const found = new Map<number, StoredSeenBucket>();
  const pk = accountPk(ref.tenant, ref.accountId);
  for (let from = 0; from < buckets.length; from += 100) {
    let keys: Record<string, unknown>[] = buckets.slice(from, from + 100).map((bucket) => ({ pk, sk: seenSk(bucket) }));
    for (let attempt = 0; keys.length > 0; attempt += 1) {
      if (attempt === 8) throw new Error('DynamoDB left keys unprocessed eight times');
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt));
      const answer = await table.client.send(
        new BatchGetCommand({ RequestItems: { [table.name]: { Keys: keys, ConsistentRead: true } } }),
      );
      for (const item of answer.Responses?.[table.name] ?? []) {
        found.set(seenBucketOf(item['sk'] as string), {
          version: item['v'] as number,
          seen: decodeSeen(item['d'] as Uint8Array),
        });
      }
      keys = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
    }
  }
  return found;
};

/** Throws `lease.lost` when someone else has written it meanwhile. */
export const writeSeenBucket = (
  table: Table,
  ref: AccountRef,
  bucket: number,
  { version, seen }: StoredSeenBucket,
): Promise<void> =>
  putVersioned(table, { pk: accountPk(ref.tenant, ref.accountId), sk: seenSk(bucket) }, encodeSeen(seen), version);
