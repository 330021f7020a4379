/** What one kind of action is: a file in actions/ makes one, actions.ts lists them. Actions decide; nothing is done here. */
import type * as z from 'zod';
import type { MessageFacts } from '../mail/message.ts';
import type { ConditionNeeds } from './condition-kind.ts';
import type { Effect, RuleProblem } from './effect.ts';
import type { Simulation } from './simulation.ts';

/** What the action makes of the message as the effects before it leave it. */
export type Outcome = {
  readonly effect?: Effect;
  readonly problem?: RuleProblem;
  readonly simulation: Simulation;
  /** No rule after this one is asked. */
  readonly stops?: true;
};

/** What an action means to change whatever the message: two actions of one rule must not contradict each other in it. */
export type Intent = {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly moves?: boolean;
};

export type ActionKind<Schema extends z.ZodObject> = {
  /** The action's `type`, which tells it from the others. */
  readonly type: string;
  readonly schema: Schema;
  readonly needs: (action: z.infer<Schema>) => ConditionNeeds;
  readonly intent: (action: z.infer<Schema>) => Intent;
  readonly decide: (action: z.infer<Schema>, simulation: Simulation, facts: MessageFacts, ruleId: string) => Outcome;
};

/** A kind whose action's type was forgotten; its actions were checked by its schema. */
export type AnyActionKind = {
  readonly type: string;
  readonly needs: (action: never) => ConditionNeeds;
  readonly intent: (action: never) => Intent;
  readonly decide: (action: never, simulation: Simulation, facts: MessageFacts, ruleId: string) => Outcome;
};
