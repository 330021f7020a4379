/** What the use cases are given that open mailboxes; apart from deps.ts, so that functions/api cannot even name it. */
import type { EgressPolicy } from '../egress/policy.ts';
import type { OAuthProvider } from '../oauth/provider.ts';
import type { Vault } from '../vault/vault.ts';
import type { RuleFunctions } from './ask-functions.ts';
import type { BaseDeps } from './deps.ts';

/** For what opens mailboxes. */
export type MailboxDeps = BaseDeps & {
  readonly vault: Vault;
  readonly egress: EgressPolicy;
  /** Who signs people in; absent where the operator set up none. Read where it is needed first, as secrets may come with it. */
  readonly providers?: () => Promise<readonly OAuthProvider[]>;
  /** Functions that rules may call, by the names that the operator gave them. */
  readonly functions?: RuleFunctions;
  /** The deployment's event bus; absent where there is none. */
  readonly putEvents?: PutEvents;
  /** Milliseconds since 1970 after which nothing new is begun. */
  readonly deadline: () => number;
  /** What the owner's own screen shows as it happens; absent where there is none. */
  readonly narrate?: (line: Narration) => void;
};

/** An event on the deployment's bus: `detail` is JSON, `at` in milliseconds since 1970. */
export type BusEntry = { readonly type: string; readonly at: number; readonly detail: string };

/** For each entry why it was not taken, undefined where it was. Throws where none of them was looked at. */
export type PutEvents = (entries: readonly BusEntry[]) => Promise<readonly (string | undefined)[]>;

/** One thing done to one message, with words from the message: for the owner's eyes, not for a log. */
export type Narration = {
  readonly accountId: string;
  readonly mailbox: string;
  readonly subject: string;
  readonly from: string;
  readonly ruleName: string;
  readonly what: string;
  readonly why: string;
};
