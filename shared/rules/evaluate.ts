/** All rules against one message: pure, total, the same whatever the order the rules are given in. */
import { LIMITS } from '../limits.ts';
import type { MessageFacts } from '../mail/message.ts';
import { compileFilter, type FilterTest } from './compile-filter.ts';
import type { EvaluateContext, MessageHistory } from './context.ts';
import type { ConditionTrace, Decision, Effect, MatchedRule, RuleProblem, RuleTrace } from './effect.ts';
import { viewFacts } from './fact-view.ts';
import { refersTo } from './mailbox-ref.ts';
import type { Rule } from './rule.ts';
import { runActions } from './run-actions.ts';
import { untouched } from './simulation.ts';
import { answersTo } from './trigger.ts';

export type { EvaluateContext } from './context.ts';

/** One message; for many make the rules ready once. */
export const evaluate = (
  rules: readonly Rule[],
  facts: MessageFacts,
  context: EvaluateContext,
  history?: MessageHistory,
): Decision => compileRules(rules, context)(facts, history);

/**
 * Rules made ready for many messages. A rule is asked when the message was found in one of its mailboxes; its conditions see
 * what the rules before it decided. A rule fires only when its conditions are known to hold and its exceptions known not to.
 */
export const compileRules = (
  rules: readonly Rule[],
  context: EvaluateContext,
): ((facts: MessageFacts, history?: MessageHistory) => Decision) => {
  const asked = rulesAsked(rules, context).map((rule) => compileRule(rule, context));
  const byMailbox = new Map<string, readonly CompiledRule[]>();
  const rulesIn = (mailbox: string): readonly CompiledRule[] => {
    const known = byMailbox.get(mailbox);
    if (known !== undefined) return known;
    const here = asked.filter(({ rule }) => rule.mailboxes.some((ref) => refersTo(ref, mailbox, context.folders)));
    if (byMailbox.size < LIMITS.foldersMax) byMailbox.set(mailbox, here);
    return here;
  };
  return (facts, history) => decide(rulesIn(facts.mailbox), facts, context, history);
};

const decide = (
  rules: readonly CompiledRule[],
  facts: MessageFacts,
  context: EvaluateContext,
  history: MessageHistory | undefined,
  traces?: RuleTrace[],
): Decision => {
  const view = viewFacts(facts, history);
  const effects: Effect[] = [];
  const problems: RuleProblem[] = [];
  const matched: MatchedRule[] = [];
  let stoppedBy: string | undefined;
  let simulation = untouched(facts, context);
  for (const { rule, name, conditions, exceptions } of rules) {
    const noted: ConditionTrace[] | undefined = traces === undefined ? undefined : [];
    const holds = conditions(view, simulation, noted) === true;
    // An exception that is not known might hold.
    const matches = holds && (exceptions === undefined || exceptions(view, simulation, noted) === false);
    if (noted !== undefined) traces?.push({ ...name, matched: matches, conditions: noted });
    if (!matches) continue;
    matched.push(name);
    const done = runActions(rule, { ruleId: rule.id, simulation, view, context });
    effects.push(...done.effects);
    problems.push(...done.problems);
    simulation = done.simulation;
    if (done.stops || rule.stopProcessingRules) {
      stoppedBy = rule.id;
      break;
    }
  }
  const tracesOf = () => traces ?? traced(rules, facts, context, history);
  const decision = { effects, problems, matched, questions: view.questions(), traces: tracesOf };
  return stoppedBy === undefined ? decision : { ...decision, stoppedBy };
};

/** The same decision once more, each condition noted on the way. */
const traced = (...[rules, facts, context, history]: Parameters<typeof decide>): RuleTrace[] => {
  const traces: RuleTrace[] = [];
  decide(rules, facts, context, history, traces);
  return traces;
};

/** Whether one rule's conditions hold of a message now, wherever it lies and whatever happened to it. */
export const conditionsHold = (
  rule: Rule,
  context: EvaluateContext,
): ((facts: MessageFacts, history?: MessageHistory) => boolean) => {
  const { conditions, exceptions } = compileRule(rule, context);
  return (facts, history) => {
    const view = viewFacts(facts, history);
    const simulation = untouched(facts, context);
    if (conditions(view, simulation) !== true) return false;
    return exceptions === undefined || exceptions(view, simulation) === false;
  };
};

type CompiledRule = {
  readonly rule: Rule;
  readonly name: MatchedRule;
  readonly conditions: FilterTest;
  readonly exceptions: FilterTest | undefined;
};

const compileRule = (rule: Rule, context: EvaluateContext): CompiledRule => ({
  rule,
  name: { ruleId: rule.id, ruleName: rule.name },
  conditions: compileFilter(rule.conditions, context, ['conditions']),
  exceptions: rule.exceptions === undefined ? undefined : compileFilter(rule.exceptions, context, ['exceptions']),
});

/** The rules that are asked, in the order they are. */
const rulesAsked = (
  rules: readonly Rule[],
  { modes = ['live'], accountId, event = ARRIVED }: EvaluateContext,
): Rule[] =>
  rules
    .filter(
      ({ mode, accountIds, trigger, id }) =>
        modes.includes(mode) && (accountIds?.includes(accountId) ?? true) && answersTo(trigger, id, event),
    )
    .sort((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    .slice(0, LIMITS.rulesPerMessageMax);

const ARRIVED = { type: 'arrived' } as const;
