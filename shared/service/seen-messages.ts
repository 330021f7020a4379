/**
 * Which messages bring a Message-ID that was seen before. What a run learns is written before its journal is armed: a run that
 * dies in between leaves nothing behind that would answer otherwise the next time.
 */
import { LIMITS } from '../limits.ts';
import { fingerprintOf } from '../mail/fingerprint.ts';
import { headerValues, type MessageFacts } from '../mail/message.ts';
import type { Rule } from '../rules/rule.ts';
import { walkConditions } from '../rules/walk-conditions.ts';
import type { AccountRef } from '../store/head.ts';
import { readSeenBuckets, type StoredSeenBucket, writeSeenBucket } from '../store/seen.ts';
import type { Table } from '../store/table.ts';
import { bucketOf, isSeenBefore, type Seen, seenOf, withSeen } from '../sync/seen.ts';

export type SeenFolder = {
  readonly id: string;
  readonly uidValidity: number;
  /** Whether a message still lies in it. */
  readonly isThere: (uid: number) => boolean;
};

export type SeenMessages = {
  /** Whether each of the messages is a duplicate, those before it in the list counted; remembers them all. */
  readonly meet: (folder: SeenFolder, messages: readonly MessageFacts[]) => Promise<readonly boolean[]>;
  readonly save: () => Promise<void>;
};

/** For the rules that ask, and nobody else pays for it. */
export const askForDuplicates = (rules: readonly Rule[]): boolean =>
  rules.some((rule) => [...walkConditions(rule)].some(({ name }) => name === 'duplicate'));

export const openSeenMessages = (table: Table, ref: AccountRef): SeenMessages => {
  const buckets = new Map<number, StoredSeenBucket>();
  const changed = new Set<number>();
  const load = async (seen: readonly Seen[]): Promise<void> => {
    const missing = [...new Set(seen.map(bucketOf))].filter((bucket) => !buckets.has(bucket));
    const stored = await readSeenBuckets(table, ref, missing);
    for (const bucket of missing) buckets.set(bucket, stored.get(bucket) ?? { version: 0, seen: [] });
  };
  return {
    meet: async (folder, messages) => {
      const met = messages.map((facts) => seenIn(folder, facts));
      await load(met.filter((one) => one !== undefined));
      return met.map((one) => {
        if (one === undefined) return false;
        const number = bucketOf(one);
        const bucket = buckets.get(number) ?? { version: 0, seen: [] };
        const isDuplicate = isSeenBefore(bucket.seen, one, folder.isThere);
        const seen = withSeen(bucket.seen, one);
        if (seen !== bucket.seen) {
          buckets.set(number, { ...bucket, seen });
          changed.add(number);
        }
        return isDuplicate;
      });
    },
    save: async () => {
      const all = [...changed];
      for (let from = 0; from < all.length; from += LIMITS.seedWritesAtOnce) {
        const some = all.slice(from, from + LIMITS.seedWritesAtOnce);
        await Promise.all(
          some.map(async (number) => {
            const bucket = buckets.get(number);
            if (bucket === undefined) return;
            await writeSeenBucket(table, ref, number, bucket);
            buckets.set(number, { ...bucket, version: bucket.version + 1 });
          }),
        );
      }
      changed.clear();
    },
  };
};

/** undefined without a Message-ID: such a message is like no other. */
const seenIn = ({ id, uidValidity }: SeenFolder, facts: MessageFacts): Seen | undefined => {
  const messageId = headerValues(facts, 'message-id')[0]?.trim() ?? '';
  if (messageId === '') return undefined;
  return seenOf({ messageId, fingerprint: fingerprintOf(facts), folderId: id, uidValidity, uid: facts.uid });
};
