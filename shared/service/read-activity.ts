/** What rules did to an account's mail, read from its journal: one entry a command, newest first. */
import { LIMITS } from '../limits.ts';
import { type AccountRef, readHead } from '../store/head.ts';
import { pageOfJournal } from '../store/journal.ts';
import { type ActivityEntry, entriesOf } from './activity-entry.ts';
import type { BaseDeps } from './deps.ts';
import { requireAccount } from './manage-accounts.ts';

/** `next` is a place in the journal to go on after; a page may be short and still have one. Throws `not-found`. */
export const readActivity = async (
  deps: Pick<BaseDeps, 'table' | 'now'>,
  { limit, after, ...ref }: AccountRef & { readonly limit: number; readonly after?: string },
): Promise<{ entries: readonly ActivityEntry[]; next?: string }> => {
  await requireAccount(deps, { tenant: ref.tenant, id: ref.accountId });
  // Read before the journal: a run that is armed in between is then hidden, never one that was not armed shown.
  const openJournal = (await readHead(deps.table, ref))?.openJournal;
  const oldest = deps.now() - LIMITS.activityRetentionDays * 86_400_000;
  const entries: ActivityEntry[] = [];
  let place = after;
  for (let reads = 0; reads < LIMITS.journalReadsPerAnswerMax; reads += 1) {
    const options = { limit: limit - entries.length, ...(place === undefined ? {} : { after: place }) };
    const { parts, next } = await pageOfJournal(deps.table, ref, options);
    // DynamoDB takes expired items away up to days late.
    entries.push(
      ...parts.filter(({ at }) => at >= oldest).flatMap((part) => entriesOf(part, ref.accountId, openJournal)),
    );
    place = next;
    if (place === undefined || entries.length >= limit) break;
  }
  return { entries, ...(place === undefined ? {} : { next: place }) };
};
