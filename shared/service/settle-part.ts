/** What follows from an effect that came to its end: the mirrors are told, what is owed later is set, an answer is remembered. */
import { LIMITS } from '../limits.ts';
import { putDraftedAt } from '../store/drafted.ts';
import type { Lease } from '../store/lease.ts';
import type { Table } from '../store/table.ts';
import type { JournalPart } from '../sync/journal.ts';
import type { Books } from './books.ts';
import { enterEvidence } from './evidence.ts';
import type { FinishedPart } from './run-effects.ts';
import { latersFor } from './timers/later.ts';
import { sweepsFor } from './timers/sweep.ts';
import type { TimerBook } from './timers/timer-book.ts';

export type Settling = {
  readonly table: Table;
  readonly lease: Lease;
  readonly runId: string;
  readonly books: Books;
  readonly timers: TimerBook;
  /** What the run has carried out by now; this part is put to it. */
  readonly done: JournalPart[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

export const settlePart = async (
  { table, lease, runId, books, timers, done, now }: Settling,
  part: FinishedPart,
): Promise<void> => {
  await enterEvidence(books, part);
  done.push(part);
  timers.set(latersFor(runId, part, done));
  const nowSeconds = Math.floor(now() / 1_000);
  timers.set(sweepsFor(runId, part, lease.tookOver, nowSeconds));
  const { command, state } = part;
  if (command.kind !== 'draft' || command.conversation === undefined || state.state !== 'done') return;
  const expiresAt = nowSeconds + LIMITS.draftsRememberedDays * 86_400;
  await putDraftedAt(table, lease.ref, { conversation: command.conversation, at: state.at, expiresAt });
};
