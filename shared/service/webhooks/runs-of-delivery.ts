/** The runs that one delivery is about: one, or for a replay all that were closed since a time. */
import { LIMITS } from '../../limits.ts';
import type { Delivery } from '../../store/deliveries.ts';
import type { AccountRef, Head } from '../../store/head.ts';
import { journalAfter, readRun, type StoredJournalPart } from '../../store/journal.ts';
import type { Table } from '../../store/table.ts';
import { isFinal } from '../../sync/journal.ts';

export type StoredRun = { readonly runId: string; readonly parts: readonly StoredJournalPart[] };

/** In order of time. */
export async function* runsOfDelivery(
  table: Table,
  ref: AccountRef,
  head: Head | undefined,
  { runId, until, afterRun }: Delivery,
): AsyncGenerator<StoredRun> {
  if (until === undefined) {
    const parts = await readRun(table, ref, runId);
    if (parts.length > 0) yield { runId, parts };
    return;
  }
  let after = afterRun ?? runId;
  for (;;) {
    const { parts, more } = await journalAfter(table, ref, after, LIMITS.replayReadsMax);
    const runs = [...Map.groupBy(parts, (part) => part.runId)].map(([id, some]) => ({ runId: id, parts: some }));
    for (const [i, run] of runs.entries()) {
      const isCut = more && i === runs.length - 1;
      // The last one may go on in what was not read; one that is cut off by itself is read as a whole.
      if (isCut && runs.length > 1) break;
      const whole = isCut ? { runId: run.runId, parts: await readRun(table, ref, run.runId) } : run;
      if ((whole.parts[0]?.at ?? 0) > until) return;
      after = run.runId;
      if (wasClosed(whole, head)) yield whole;
    }
    if (!more) return;
  }
}

/** A run that was written down and never armed did nothing: its effects are as they were planned. */
const wasClosed = ({ runId, parts }: StoredRun, head: Head | undefined): boolean =>
  runId !== head?.openJournal && parts.every(({ part }) => part.kind !== 'effect' || isFinal(part.state));
