/** What one kind of effect is: a file beside this one makes each, table.ts lists them. */
import type { PipedFolder } from '../../imap/pipe/piped-folder.ts';
import type { MailSession } from '../../imap/session.ts';
import type { MessageFacts } from '../../mail/message.ts';
import type { UidSet } from '../../mail/uid-set.ts';
import type { Account } from '../../store/accounts.ts';
import type {
  CommandOf,
  Copied,
  DoneState,
  EffectCommand,
  EffectCommandKind,
  FinalState,
  OpenState,
  Target,
} from '../../sync/journal.ts';
import type { RequestedChange } from '../../sync/requested.ts';
import type { Books } from '../books.ts';

/** What carrying out an effect needs to know, beside the connection. */
export type EffectRun = {
  readonly session: MailSession;
  readonly account: Account;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What was read of a message when it was decided; undefined when the run that decided it died. */
  readonly factsOf: (folderPath: string, uid: number) => MessageFacts | undefined;
  /** UIDs of a folder that are the proved results of other parts of the same journal: of two alike messages each has its own. */
  readonly provedIn: (folderPath: string, uidValidity: number) => UidSet;
};

/** One command in hand. */
export type Attempt<Command extends EffectCommand = EffectCommand> = {
  readonly command: Command;
  readonly attempt: number;
  /** How it was sent before; set when the command may have reached the server. */
  readonly sentBefore?: Extract<OpenState, { readonly state: 'sent' }>;
  /**
   * Writes down that the command is about to be sent; only then is it. Throws `effect.waiting` where an earlier attempt may still
   * be on its way to the server.
   */
  readonly markSent: (target?: Target, how?: { readonly byCopy: true }) => Promise<void>;
  /** Writes down that the copies of a move without MOVE are proved. */
  readonly markCopied: (copied: Copied) => Promise<void>;
};

/** One of several that are carried out at once. The source is open for writing; `session.client` is not to be used meanwhile. */
export type PipedRun = EffectRun & {
  readonly folder: PipedFolder;
  /** Waits for the effects before it on the same messages. False: one of them was not carried out, and this one has to wait. */
  readonly turn: () => Promise<boolean>;
};

/** Parked where it cannot be told any more whether it was done: sending it again might do it twice. */
export type Outcome = FinalState;

/** Undoing is asking for something else, or not possible, for a reason that the owner is told. */
export type Undo = { readonly changes: readonly RequestedChange[] } | { readonly impossible: string };

/** A part on which nothing more will be done, and which did something. */
export type DonePart<Command extends EffectCommand = EffectCommand> = {
  readonly command: Command;
  readonly state: DoneState;
};

export type Sweep = {
  readonly session: MailSession;
  /** UIDs in a folder that the journal proves to be the result of an effect, since the one in question. */
  readonly provedSince: (path: string, uidValidity: number) => Promise<UidSet | undefined>;
};

export type EffectKindOf<Command extends EffectCommand> = {
  /** Sent twice it comes to the same by protocol, so that nothing has to be waited for in between. */
  readonly isIdempotent: (session: MailSession) => boolean;
  /** How reports count it; undefined: not at all. */
  readonly countsAs?: 'move' | 'copy' | 'flag' | 'draft';
  readonly run: (run: EffectRun, attempt: Attempt<Command>) => Promise<Outcome>;
  /** How the first attempt is made beside others of the same folder; left out where it is always made alone. */
  readonly piped?: {
    readonly suits: (session: MailSession, command: Command) => boolean;
    /** Undefined where it was not its turn, or it takes a closer look: `run` then goes on from what is written down. */
    readonly run: (run: PipedRun, attempt: Attempt<Command>) => Promise<Outcome | undefined>;
  };
  /** Enters what was proved into the mirrors, before any cursor moves: so it never looks like a person's doing. */
  readonly enter: (books: Books, part: DonePart<Command>) => Promise<void>;
  /**
   * What to remove of doubles that came to be when it was sent again, or by a worker that was frozen. Only for kinds that are
   * not idempotent: their target is looked over at the next run and once more after a day.
   */
  readonly findDoubles?: (sweep: Sweep, part: DonePart<Command>) => Promise<readonly RequestedChange[]>;
  readonly undo: (part: DonePart<Command>) => Undo;
  /** In words, for the owner's own screen. */
  readonly tell: (command: Command) => string;
};

export type EffectTable = { readonly [Kind in EffectCommandKind]: EffectKindOf<CommandOf<Kind>> };
