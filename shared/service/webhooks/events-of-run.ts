/** The events of a stored run. */
import { LIMITS } from '../../limits.ts';
import type { AccountRef, Head } from '../../store/head.ts';
import type { StoredJournalPart } from '../../store/journal.ts';
import { eventsOfRun, type YardEvent } from '../../sync/yard-event.ts';

export const readEvents = (
  { accountId }: AccountRef,
  head: Pick<Head, 'firstSyncAt'> | undefined,
  runId: string,
  stored: readonly StoredJournalPart[],
): YardEvent[] =>
  eventsOfRun({
    accountId,
    runId,
    at: stored[0]?.at ?? 0,
    parts: stored.map(({ part }) => part),
    firstSyncAt: head?.firstSyncAt,
    messagesMax: LIMITS.messagesPerEventMax,
  });
