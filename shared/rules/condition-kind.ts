/** What one kind of condition is: a file in conditions/ makes one, conditions.ts lists them. */
import type * as z from 'zod';
import type { EvaluateContext } from './context.ts';
import type { FactView } from './fact-view.ts';
import type { Search } from './search.ts';
import type { Simulation } from './simulation.ts';

/** Facts a condition reads beyond flags, size and dates, which are always there. Header names in lower case. */
export type ConditionNeeds = {
  readonly headers?: readonly string[];
  readonly body?: boolean;
  readonly structure?: boolean;
};

/** `unknown` when the fact was not at hand. `why` may quote the rule, never the message. */
export type Verdict = { readonly verdict: boolean | 'unknown'; readonly why: string };

/** A condition made ready for many messages. */
export type Judge = (view: FactView, simulation: Simulation) => Verdict;

export type ConditionKind<Value> = {
  /** The property's name in a FilterCondition (RFC 8621 section 4.4.1). */
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  readonly needs: (value: Value) => ConditionNeeds;
  /** Made once for a rule set; what it returns is called for each message and does no more than it must. */
  readonly compile: (value: Value, context: EvaluateContext) => Judge;
  /** What to look for by IMAP SEARCH; undefined when the server cannot be asked. */
  readonly search?: (value: Value) => Search | undefined;
  /** What only the owner's eye would find: the condition is always true, or never. */
  readonly isTrivial?: (value: Value) => boolean;
};

/** A kind whose value's type was forgotten; its values were checked by its schema. */
export type AnyConditionKind = Omit<ConditionKind<never>, 'schema'> & { readonly schema: z.ZodType };

/** Both verdicts of a condition, said once. */
export const verdicts = (holds: string, fails: string): ((holdsNow: boolean) => Verdict) => {
  const yes: Verdict = { verdict: true, why: holds };
  const no: Verdict = { verdict: false, why: fails };
  return (holdsNow) => (holdsNow ? yes : no);
};

export const unknown = (why: string): Verdict => ({ verdict: 'unknown', why });
