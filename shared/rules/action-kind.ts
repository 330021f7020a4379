/** What one kind of action is: a file in actions/ makes one, actions.ts lists them. Actions decide; nothing is done here. */
import type * as z from 'zod';
import type { ConditionNeeds } from './condition-kind.ts';
import type { EvaluateContext } from './context.ts';
import type { Effect, RuleProblem } from './effect.ts';
import type { FactView } from './fact-view.ts';
import type { Simulation } from './simulation.ts';

/** What the action makes of the message as the effects before it leave it. */
export type Outcome = {
  readonly effects?: readonly Effect[];
  readonly problem?: RuleProblem;
  readonly simulation: Simulation;
  /** No rule after this one is asked. */
  readonly stops?: true;
  /** What a function answered, to be decided as actions of the rule; not checked yet. */
  readonly answer?: { readonly actions: unknown; readonly permits: readonly string[] };
};

/** What an action means to change whatever the message: two actions of one rule must not contradict each other in it. */
export type Intent = {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  /** It says where the message ends. */
  readonly moves?: boolean;
};

export type At = {
  readonly ruleId: string;
  readonly simulation: Simulation;
  readonly view: FactView;
  readonly context: EvaluateContext;
};

export type ActionKind<Schema extends z.ZodObject> = {
  /** The action's `type`, which tells it from the others. */
  readonly type: string;
  readonly schema: Schema;
  readonly needs: (action: z.infer<Schema>) => ConditionNeeds;
  readonly intent: (action: z.infer<Schema>) => Intent;
  readonly decide: (action: z.infer<Schema>, at: At) => Outcome;
};

/** A kind whose action's type was forgotten; its actions were checked by its schema. */
export type AnyActionKind = {
  readonly type: string;
  readonly needs: (action: never) => ConditionNeeds;
  readonly intent: (action: never) => Intent;
  readonly decide: (action: never, at: At) => Outcome;
};
