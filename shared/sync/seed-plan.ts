/** How a first sync is cut: small folders in one go, big ones in ranges of UIDs, so that any run can stop in between. */
import type { FolderStatus } from '../mail/folder.ts';
import type { UidRange } from '../mail/uid-set.ts';

/** Ranges from behind `seededTo` up to UIDNEXT, each of about `messagesMax` messages if they lie evenly; the last is open upwards. */
export const seedRanges = (
  status: Pick<FolderStatus, 'uidNext' | 'messages'>,
  seededTo: number,
  messagesMax: number,
): UidRange[] => {
  const last = status.uidNext - 1;
  const step = Math.max(1, Math.floor((last * messagesMax) / Math.max(status.messages, 1)));
  const ranges: UidRange[] = [];
  for (let first = seededTo + 1; first <= last; first += step) ranges.push([first, Math.min(first + step - 1, last)]);
  return ranges;
};

/**
 * The order in which folders are read: the largest first where one run takes them all, as a folder is packed and written while
 * those after it are read. Where it takes many runs as they came, or all would wait for the largest; and after a run that failed
 * the smallest first, as on a slow line the largest may be why nothing was through.
 */
export const seedOrder = <Seed extends { readonly status: Pick<FolderStatus, 'messages'> }>(
  seeds: readonly Seed[],
  { runMessages, hasFailed }: { readonly runMessages: number; readonly hasFailed: boolean },
): readonly Seed[] => {
  if (hasFailed) return seeds.toSorted((a, b) => a.status.messages - b.status.messages);
  const all = seeds.reduce((sum, { status }) => sum + status.messages, 0);
  return all > runMessages ? seeds : seeds.toSorted((a, b) => b.status.messages - a.status.messages);
};

/** How far a first sync has come, in messages; of a folder under way as much as its UIDs tell. */
export const seedProgress = (
  cursors: readonly (Pick<FolderStatus, 'uidNext' | 'messages'> & { readonly seededTo?: number })[],
): { readonly done: number; readonly total: number } => {
  let done = 0;
  let total = 0;
  for (const { messages, uidNext, seededTo } of cursors) {
    total += messages;
    const share = seededTo === undefined || uidNext <= 1 ? 1 : Math.min(1, seededTo / (uidNext - 1));
    done += Math.round(messages * share);
  }
  return { done, total };
};
