/** What one kind of timer is: a file beside this one makes each, table.ts lists them. */
import type { MailSession } from '../../imap/session.ts';
import type { ListedFolder } from '../../mail/folder.ts';
import type { UidSet } from '../../mail/uid-set.ts';
import type { AccountRef } from '../../store/head.ts';
import type { Table } from '../../store/table.ts';
import type { Timer } from '../../store/timers.ts';
import type { FiredTimer, RuleNote, Source } from '../../sync/journal.ts';
import type { RequestedChanges } from '../../sync/requested.ts';
import type { AgesBook } from '../ages-book.ts';
import type { RuleContext } from '../apply-rules.ts';
import type { Books } from '../books.ts';
import type { DecidedShare } from '../plan-run.ts';

export type TimerContext = {
  readonly table: Table;
  readonly ref: AccountRef;
  readonly session: MailSession;
  readonly folders: readonly ListedFolder[];
  readonly books: Books;
  readonly rules: RuleContext;
  readonly ages: AgesBook;
  readonly nowSeconds: number;
  /** How many messages may still be decided in this run. */
  readonly room: number;
};

/**
 * What is to be done now that the timer is due. It goes through the journal; a timer may come due twice, so what it asks for must
 * then come to the same.
 */
export type TimerWork = {
  /** Asked for as the owner's own requests are. */
  readonly requested?: readonly RequestedChanges[];
  /** What rules decided. */
  readonly decided?: readonly DecidedShare[];
  readonly notes?: readonly Omit<RuleNote, 'ruleName'>[];
  /** Set with the end of this one, whoever comes to it. */
  readonly next?: readonly Timer[];
  /** Of rules that are applied to mail that is there, as in the journal. */
  readonly advance?: NonNullable<FiredTimer['advance']>;
  /** Messages that a rule which waits was asked about: not again. */
  readonly asked?: { readonly source: Source; readonly ruleId: string; readonly uids: UidSet };
};

/** undefined: nothing (any more). */
export type TimerKind = (context: TimerContext, timer: Timer) => Promise<TimerWork | undefined>;
