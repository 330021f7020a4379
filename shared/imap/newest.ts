/** The newest messages of an open folder; never by sequence numbers, which change under one's hands. */
import { UID_MAX } from '../mail/uid-set.ts';
import { answered, requireConnection } from './errors.ts';
import type { MailSession } from './session.ts';

/** The newest messages by UID, in ascending order, without a list of all: the range grows until they are enough. */
export const newestUids = async (
  { client }: MailSession,
  { exists, uidNext = UID_MAX }: { readonly exists: number; readonly uidNext: number | undefined },
  count: number,
): Promise<readonly number[]> => {
  const wanted = Math.min(count, exists);
  if (wanted === 0) return [];
  for (let span = wanted; ; span *= 4) {
    const from = Math.max(1, uidNext - span);
    const found = await answered(client.search({ uid: `${from}:*` }, { uid: true }));
    requireConnection(client);
    const uids = found === false || found === undefined ? [] : [...found].sort((a, b) => a - b);
    if (uids.length >= wanted || from === 1) return uids.slice(-wanted);
  }
};
