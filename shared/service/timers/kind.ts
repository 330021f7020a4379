/** What one kind of timer is: a file beside this one makes each, table.ts lists them. */
import type { MailSession } from '../../imap/session.ts';
import type { AccountRef } from '../../store/head.ts';
import type { Table } from '../../store/table.ts';
import type { Timer } from '../../store/timers.ts';
import type { FiredTimer } from '../../sync/journal.ts';
import type { RequestedChanges } from '../../sync/requested.ts';
import type { RuleContext } from '../apply-rules.ts';
import type { Books } from '../books.ts';
import type { UnnumberedPart } from '../plan-run.ts';

export type TimerContext = {
  readonly table: Table;
  readonly ref: AccountRef;
  readonly session: MailSession;
  readonly rules: RuleContext;
  readonly books: Books;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** What was decided already; `advance` as in the journal. */
export type TimerWork = {
  readonly parts: readonly UnnumberedPart[];
  readonly advance: NonNullable<FiredTimer['advance']>;
};

/**
 * What is to be done now that the timer is due; undefined: nothing (any more). It is asked for as the owner's own requests
 * are, and goes through the journal; a timer may come due twice, so what it asks for must then come to the same.
 */
export type TimerKind = (context: TimerContext, timer: Timer) => Promise<RequestedChanges | TimerWork | undefined>;
