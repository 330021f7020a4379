/** What carrying out an effect needs to know, beside the connection. */
import type { MailSession } from '../imap/session.ts';
import type { MessageFacts } from '../mail/message.ts';
import type { Account } from '../store/accounts.ts';
import type { EffectCommand, PartState, Target } from '../sync/journal.ts';

export type EffectRun = {
  readonly session: MailSession;
  readonly account: Account;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What was read of a message when it was decided; undefined when the run that decided it died. */
  readonly factsOf: (folderPath: string, uid: number) => MessageFacts | undefined;
};

/** One command in hand. */
export type Attempt<Command extends EffectCommand> = {
  readonly command: Command;
  readonly attempt: number;
  /** The target as noted at the first attempt; set when the command may have reached the server before. */
  readonly sentBefore?: Target;
  /** Writes down that the command is about to be sent; only then is it. */
  readonly markSent: (target: Target) => Promise<void>;
};

export type Outcome = Extract<PartState, { state: 'done' | 'skipped' }>;
