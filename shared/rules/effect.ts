/** What rules decide for one message: data, carried out elsewhere. Any front end (JSON rules, Sieve later) returns these. */
import type { Address } from '../mail/addresses.ts';
import type { Keyword } from '../mail/keyword.ts';
import type { FunctionCall } from './function-call.ts';

export const DRAFT_KINDS = ['reply', 'replyAll', 'forward', 'new'] as const;

/** A draft as the owner's rule asks for it; values are filled in when it is built. */
export type DraftSpec = {
  /** `reply` when it is not given. */
  readonly kind?: (typeof DRAFT_KINDS)[number];
  /** `{{name}}` placeholders, values inserted as plain text, never evaluated. */
  readonly text: string;
  /** Replaces `Re: <subject>` or `Fwd: <subject>`; the same placeholders. */
  readonly subject?: string;
  /** Addresses beside those that a reply has from the original; all there are of a forward or a new message. */
  readonly to?: readonly string[];
  readonly cc?: readonly string[];
  /** Quote the original's text under the reply, or hand it on with a forward; default true. */
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

export type StoreEffect = {
  readonly kind: 'store';
  readonly ruleId: string;
  readonly add: readonly Keyword[];
  readonly remove: readonly Keyword[];
};
export type TransferEffect<Kind extends 'copy' | 'move'> = {
  readonly kind: Kind;
  readonly ruleId: string;
  readonly mailbox: string;
  readonly create: boolean;
};

export type Effect =
  | StoreEffect
  | TransferEffect<'copy'>
  | TransferEffect<'move'>
  | {
      readonly kind: 'draft';
      readonly ruleId: string;
      readonly draft: DraftSpec;
      /** By `conversationOf`, to be kept with the time and given back as history; absent where nothing is answered. */
      readonly conversation?: string;
    }
  /** Erased for good; never together with a move. */
  | { readonly kind: 'destroy'; readonly ruleId: string }
  /**
   * To be done at a time (milliseconds since 1970), if then the rule's conditions hold (`conditions`), or the message is still
   * in `mailbox` (`place`); or the whole rule is put to it once more (`rule`), as a function of it failed.
   */
  | {
      readonly kind: 'later';
      readonly ruleId: string;
      readonly at: number;
      readonly recheck: 'conditions' | 'place' | 'rule';
      /** How often functions were asked before. */
      readonly attempt?: number;
      readonly mailbox: string;
      readonly effects: readonly (StoreEffect | TransferEffect<'move'>)[];
    }
  /** An event for the outbox. */
  | { readonly kind: 'webhook'; readonly ruleId: string; readonly event: string };

export type EffectKind = Effect['kind'];

/** An action that could not become an effect; it is shown to the owner beside what was done. */
export type RuleProblem = {
  readonly ruleId: string;
  readonly reason:
    | 'mailbox-missing'
    | 'mailbox-name'
    | 'automatic-mail'
    | 'already-there'
    | 'own-address'
    | 'drafted-lately'
    | 'move-limit'
    | 'time-unknown'
    | 'function-unanswered'
    | 'function-refused'
    | 'paused';
  readonly detail: string;
};

/** One condition's verdict. `notEvaluated` when an earlier one decided, or the fact was not at hand. */
export type ConditionTrace = {
  /** Where it stands in the rule (RFC 6901): `/conditions/conditions/1/from`. */
  readonly pointer: string;
  readonly condition: string;
  readonly verdict: 'true' | 'false' | 'notEvaluated';
  readonly why: string;
};

export type MatchedRule = { readonly ruleId: string; readonly ruleName: string };

export type RuleTrace = MatchedRule & {
  readonly matched: boolean;
  /** Those of `conditions`, then those of `exceptions`. */
  readonly conditions: readonly ConditionTrace[];
};

/** All that a rule set says of one message: effects in the order of the rules, and why. */
export type Decision = {
  readonly effects: readonly Effect[];
  readonly problems: readonly RuleProblem[];
  /** The rules that matched, in the order they were asked. */
  readonly matched: readonly MatchedRule[];
  /** Of each rule asked, every condition with its reason: told when somebody wants to know, as that takes longer than deciding. */
  readonly traces: () => readonly RuleTrace[];
  /** Functions whose answers were missing; with them (MessageHistory) the same message is to be evaluated again. */
  readonly questions: readonly FunctionCall[];
  /** The rule that ended the evaluation by `stop`, `destroy` or stopProcessingRules. */
  readonly stoppedBy?: string;
};
