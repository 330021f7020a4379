/** What one kind of condition is: a file in conditions/ makes one, conditions.ts lists them. */
import type * as z from 'zod';
import type { FactView } from './fact-view.ts';
import type { Simulation } from './simulation.ts';

/** Facts a condition reads beyond flags, size and dates, which are always there. Header names in lower case. */
export type ConditionNeeds = {
  readonly headers?: readonly string[];
  readonly body?: boolean;
  readonly structure?: boolean;
};

/** `unknown` when the fact was not at hand. `why` may quote the rule, never the message. */
export type Verdict = { readonly verdict: boolean | 'unknown'; readonly why: string };

export type ConditionKind<Value> = {
  /** The property's name in a FilterCondition (RFC 8621 section 4.4.1). */
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  readonly needs: (value: Value) => ConditionNeeds;
  readonly evaluate: (value: Value, view: FactView, simulation: Simulation) => Verdict;
};

/** A kind whose value's type was forgotten; its values were checked by its schema. */
export type AnyConditionKind = Omit<ConditionKind<never>, 'schema'> & { readonly schema: z.ZodType };
