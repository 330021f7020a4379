/** What rules are evaluated with beside the message: given as data, so that the same question always has the same answer. */
import type { ListedFolder } from '../mail/folder.ts';
import type { NamedList } from './named-list.ts';
import type { RuleMode } from './rule.ts';
import type { TriggerEvent } from './trigger.ts';

/** What is not given is not known: a condition that needs it neither holds nor fails. */
export type EvaluateContext = {
  readonly accountId: string;
  /** The account's folders, in which roles and paths are found. */
  readonly folders: readonly ListedFolder[];
  /** Which rules count; by default those that are live. */
  readonly modes?: readonly RuleMode[];
  /** What happened to the message; by default it arrived. */
  readonly event?: TriggerEvent;
  /** Milliseconds since 1970. */
  readonly now?: number;
  /** The owner's addresses, the account's own first. */
  readonly me?: readonly string[];
  /** IANA name of the owner's time zone; UTC when it is not given. */
  readonly timeZone?: string;
  readonly lists?: ReadonlyMap<string, NamedList>;
  /** Servers whose Authentication-Results are believed (authserv-id, RFC 8601 section 2.5). */
  readonly authservIds?: readonly string[];
};

/** What a function answered: whether its condition holds, and the actions it wants (checked by `function-answer.ts`). */
export type FunctionAnswer = { readonly matches?: boolean; readonly actions?: unknown };

/** What is known of one message beside its facts. */
export type MessageHistory = {
  /** A message of the same Message-ID was seen before. */
  readonly isDuplicate?: boolean;
  /** Moves of ours since 24 hours ago of a message with the same fingerprint. */
  readonly movesToday?: number;
  /** Drafts of ours, by `conversationOf`; at least those of the last 7 days. */
  readonly drafts?: readonly { readonly conversation: string; readonly at: number }[];
  /** By `questionKey`. */
  readonly answers?: ReadonlyMap<string, FunctionAnswer>;
};
