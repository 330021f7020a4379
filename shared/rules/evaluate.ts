/** All rules against one message: pure, total, the same whatever the order the rules are given in. */
import type { ListedFolder } from '../mail/folder.ts';
import type { MessageFacts } from '../mail/message.ts';
import { ACTION_KINDS } from './actions.ts';
import type { Decision, Effect, RuleProblem, RuleTrace } from './effect.ts';
import { evaluateFilter } from './evaluate-filter.ts';
import { viewFacts } from './fact-view.ts';
import { refersTo } from './mailbox-ref.ts';
import type { Rule, RuleMode } from './rule.ts';
import type { Simulation } from './simulation.ts';

export type EvaluateContext = {
  readonly accountId: string;
  /** The account's folders, in which roles and paths are found. */
  readonly folders: readonly ListedFolder[];
  /** Which rules count; by default those that are live. */
  readonly modes?: readonly RuleMode[];
};

/**
 * A rule is asked when the message was found in one of its mailboxes; its conditions see what the rules before it decided.
 * A rule fires only when its conditions are known to hold.
 */
export const evaluate = (rules: readonly Rule[], facts: MessageFacts, context: EvaluateContext): Decision => {
  const view = viewFacts(facts);
  const effects: Effect[] = [];
  const problems: RuleProblem[] = [];
  const traces: RuleTrace[] = [];
  let simulation: Simulation = {
    mailbox: facts.mailbox,
    keywords: new Set(facts.keywords),
    folders: context.folders,
    created: new Set(),
  };
  for (const rule of rulesFor(rules, facts, context)) {
    const { verdict, conditions } = evaluateFilter(rule.conditions, view, simulation);
    traces.push({ ruleId: rule.id, ruleName: rule.name, matched: verdict === true, conditions });
    if (verdict !== true) continue;
    let stops = rule.stopProcessingRules;
    for (const action of rule.actions) {
      const outcome = ACTION_KINDS.get(action.type)?.decide(action as never, simulation, facts, rule.id);
      // A rule stored by a later version: what is not known here is not done.
      if (outcome === undefined) continue;
      if (outcome.effect !== undefined) effects.push(outcome.effect);
      if (outcome.problem !== undefined) problems.push(outcome.problem);
      if (outcome.stops === true) stops = true;
      simulation = outcome.simulation;
    }
    if (stops) return { effects, problems, traces, stoppedBy: rule.id };
  }
  return { effects, problems, traces };
};

/** The rules that are asked, in the order they are. */
const rulesFor = (rules: readonly Rule[], facts: MessageFacts, context: EvaluateContext): Rule[] => {
  const modes = context.modes ?? ['live'];
  return rules
    .filter(
      (rule) =>
        modes.includes(rule.mode) &&
        (rule.accountIds === undefined || rule.accountIds.includes(context.accountId)) &&
        rule.mailboxes.some((ref) => refersTo(ref, facts.mailbox, context.folders)),
    )
    .sort((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
};
