/**
 * Message-IDs that were seen, for the condition `duplicate`: hashes in buckets, the oldest forgotten first. Beside each stands
 * which message had it first, so that asking again about the same one, moved or copied, gives the same answer.
 */
import { createHash } from 'node:crypto';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** All as base64url of a hash; `place` and `uid` say where the first message with the Message-ID lay. */
export type Seen = { readonly id: string; readonly fingerprint: string; readonly place: string; readonly uid: number };
/** Oldest first. */
export type SeenBucket = readonly Seen[];

export type SeenMessage = {
  readonly messageId: string;
  readonly fingerprint: string;
  readonly folderId: string;
  readonly uidValidity: number;
  readonly uid: number;
};

const ID_BYTES = 6;
const PLACE_BYTES = 4;
const UID_BYTES = 4;
const ROW_BYTES = ID_BYTES + ID_BYTES + PLACE_BYTES + UID_BYTES;

const hash = (text: string, bytes: number): string =>
  createHash('sha256').update(text).digest().subarray(0, bytes).toString('base64url');

export const seenOf = ({ messageId, fingerprint, folderId, uidValidity, uid }: SeenMessage): Seen => ({
  id: hash(messageId, ID_BYTES),
  // 48 bits already.
  fingerprint,
  place: hash(`${folderId}.${uidValidity}`, PLACE_BYTES),
  uid,
});

export const bucketOf = ({ id }: Pick<Seen, 'id'>): number =>
  (Buffer.from(id, 'base64url').at(-1) ?? 0) % LIMITS.seenBuckets;

/**
 * Whether another message had this Message-ID before. One of the same size and INTERNALDATE is the same message, moved or
 * copied, unless the first lies beside it in the same folder (`isThere`).
 */
export const isSeenBefore = (bucket: SeenBucket, message: Seen, isThere: (uid: number) => boolean): boolean => {
  const first = bucket.find(({ id }) => id === message.id);
  if (first === undefined) return false;
  if (first.fingerprint !== message.fingerprint) return true;
  return first.place === message.place && first.uid !== message.uid && isThere(first.uid);
};

/** The bucket with a message; the first of its Message-ID stays. */
export const withSeen = (bucket: SeenBucket, message: Seen): SeenBucket =>
  bucket.some(({ id }) => id === message.id) ? bucket : [...bucket, message].slice(-LIMITS.seenPerBucket);

export const encodeSeen = (bucket: SeenBucket): Uint8Array =>
  Buffer.concat(
    bucket.map(({ id, fingerprint, place, uid }) => {
      const row = Buffer.alloc(ROW_BYTES);
      row.write(id, 0, 'base64url');
      row.write(fingerprint, ID_BYTES, 'base64url');
      row.write(place, ID_BYTES * 2, 'base64url');
      row.writeUInt32BE(uid, ROW_BYTES - UID_BYTES);
      return row;
    }),
  );

export const decodeSeen = (bytes: Uint8Array): SeenBucket => {
  if (bytes.length % ROW_BYTES !== 0)
    throw new MailyardError('segment.corrupt', 'a list of Message-IDs cannot be read');
  const all = Buffer.from(bytes);
  return Array.from({ length: all.length / ROW_BYTES }, (_, n) => {
    const row = all.subarray(n * ROW_BYTES, (n + 1) * ROW_BYTES);
    return {
      id: row.toString('base64url', 0, ID_BYTES),
      fingerprint: row.toString('base64url', ID_BYTES, ID_BYTES * 2),
      place: row.toString('base64url', ID_BYTES * 2, ROW_BYTES - UID_BYTES),
      uid: row.readUInt32BE(ROW_BYTES - UID_BYTES),
    };
  });
};
