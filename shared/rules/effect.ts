/** What rules decide for one message: data, carried out elsewhere. Any front end (JSON rules, Sieve later) returns these. */
import type { Address } from '../mail/addresses.ts';
import type { Keyword } from '../mail/keyword.ts';

/** A reply draft as the owner's rule asks for it; values are filled in when it is built. */
export type DraftSpec = {
  /** `{{name}}` placeholders, values inserted as plain text, never evaluated. */
  readonly text: string;
  /** Replaces `Re: <subject>`; the same placeholders. */
  readonly subject?: string;
  /** Quote the original's text under the reply; default true. */
  readonly quote: boolean;
  /** Draft even for no-reply, list, bulk and auto-submitted mail (RFC 3834 section 2); default false. */
  readonly evenIfAutomatic: boolean;
};

/** A draft that answers no message: written by the owner, through the API. */
export type ComposedDraft = {
  readonly to: readonly Address[];
  readonly cc?: readonly Address[];
  readonly bcc?: readonly Address[];
  readonly subject: string;
  readonly text: string;
};

export type Effect =
  | {
      readonly kind: 'store';
      readonly ruleId: string;
      readonly add: readonly Keyword[];
      readonly remove: readonly Keyword[];
    }
  | { readonly kind: 'copy'; readonly ruleId: string; readonly mailbox: string; readonly create: boolean }
  | { readonly kind: 'move'; readonly ruleId: string; readonly mailbox: string; readonly create: boolean }
  | { readonly kind: 'draft'; readonly ruleId: string; readonly draft: DraftSpec };

export type EffectKind = Effect['kind'];

/** An action that could not become an effect; it is shown to the owner beside what was done. */
export type RuleProblem = {
  readonly ruleId: string;
  readonly reason: 'mailbox-missing' | 'automatic-mail' | 'already-there';
  readonly detail: string;
};

/** One condition's verdict. `notEvaluated` when an earlier one decided, or the fact was not at hand. */
export type ConditionTrace = {
  readonly condition: string;
  readonly verdict: 'true' | 'false' | 'notEvaluated';
  readonly why: string;
};

export type RuleTrace = {
  readonly ruleId: string;
  readonly ruleName: string;
  readonly matched: boolean;
  readonly conditions: readonly ConditionTrace[];
};

/** All that a rule set says of one message: effects in the order of the rules, and why. */
export type Decision = {
  readonly effects: readonly Effect[];
  readonly problems: readonly RuleProblem[];
  readonly traces: readonly RuleTrace[];
  /** The rule that ended the evaluation by `stop` or stopProcessingRules. */
  readonly stoppedBy?: string;
};
