/** A matching rule's actions, one after the other, each on the message as the ones before leave it. */
import type { At, Outcome } from './action-kind.ts';
import { ACTION_KINDS, type Action } from './actions.ts';
import type { Effect, RuleProblem } from './effect.ts';
import { readAnswer } from './function-answer.ts';
import type { Simulation } from './simulation.ts';

export type ActionsDone = {
  readonly effects: readonly Effect[];
  readonly problems: readonly RuleProblem[];
  readonly simulation: Simulation;
  readonly stops: boolean;
};

export const runActions = ({ actions }: { readonly actions: readonly Action[] }, at: At): ActionsDone => {
  const effects: Effect[] = [];
  const problems: RuleProblem[] = [];
  let { simulation } = at;
  let stops = false;
  const take = (outcome: Outcome) => {
    effects.push(...(outcome.effects ?? []));
    if (outcome.problem !== undefined) problems.push(outcome.problem);
    if (outcome.stops === true) stops = true;
    simulation = outcome.simulation;
  };
  for (const action of actions) {
    const outcome = decide(action, { ...at, simulation });
    // A rule stored by a later version: what is not known here is not done.
    if (outcome === undefined) continue;
    take(outcome);
    if (outcome.answer === undefined) continue;
    const answered = readAnswer(outcome.answer);
    if (typeof answered === 'string') {
      problems.push({ ruleId: at.ruleId, reason: 'function-refused', detail: answered });
      continue;
    }
    for (const one of answered) take(decide(one, { ...at, simulation }) ?? { simulation });
  }
  return { effects, problems, simulation, stops };
};

const decide = (action: Action, at: At): Outcome | undefined =>
  ACTION_KINDS.get(action.type)?.decide(action as never, at);
