/** One message put to the rules, with what they need to know beyond it: our own record, and functions' answers. */
import { LIMITS } from '../limits.ts';
import type { MessageFacts } from '../mail/message.ts';
import type { FunctionAnswer, MessageHistory } from '../rules/context.ts';
import type { Decision, Effect } from '../rules/effect.ts';
import { type FunctionCall, questionKey } from '../rules/function-call.ts';
import type { Rule } from '../rules/rule.ts';
import { functionCallsOf } from '../rules/rule-functions.ts';
import type { Trial } from '../rules/try-out.ts';
import type { FunctionAsker } from './ask-functions.ts';
import type { RunHistory } from './run-history.ts';

export type Verdict = {
  readonly decision: Decision;
  readonly trial?: Trial;
  readonly questions: readonly FunctionCall[];
};
export type Decider = (facts: MessageFacts, history: MessageHistory) => Verdict;

export type DecideWith = {
  readonly rules: readonly Rule[];
  readonly decider: (rules: readonly Rule[]) => Decider;
  readonly history: RunHistory;
  readonly ask: FunctionAsker;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How often functions were asked about this message before. */
  readonly attempt: number;
};

/** Most messages are decided at once. What is moved or answered is looked up and decided once more, and so is what a function is asked. */
export const decideMessage = async (
  context: DecideWith,
  facts: MessageFacts,
  known: MessageHistory,
): Promise<Omit<Verdict, 'questions'>> => {
  const answered = await answerAll(context, facts, known);
  const { history } = context;
  let { verdict } = answered;
  const about = await history.about(facts, [...verdict.decision.effects, ...(verdict.trial?.effects ?? [])]);
  if (about !== undefined) {
    verdict = context.decider(answered.rules)(facts, { ...known, ...about, answers: answered.answers });
  }
  const { decision, trial } = verdict;
  history.decided(decision);
  return { decision: withFailures(decision, answered.failures), ...(trial === undefined ? {} : { trial }) };
};

type Answered = {
  readonly verdict: Verdict;
  readonly answers: ReadonlyMap<string, FunctionAnswer>;
  /** Those whose functions all answered. */
  readonly rules: readonly Rule[];
  readonly failures: readonly Failure[];
};
type Failure = { readonly rule: Rule; readonly detail: string; readonly again: Effect | undefined };

/** Answers may lead to further questions; a rule whose function fails is left out, for it would be half done. */
const answerAll = async (context: DecideWith, facts: MessageFacts, known: MessageHistory): Promise<Answered> => {
  const answers = new Map<string, FunctionAnswer>();
  const failures: Failure[] = [];
  let { rules } = context;
  let verdict = context.decider(rules)(facts, known);
  for (let round = 0; round < LIMITS.functionRoundsMax && verdict.questions.length > 0; round += 1) {
    const { answers: got, failed } = await context.ask(verdict.questions, facts);
    for (const [key, answer] of got) answers.set(key, answer);
    const failing = rules.flatMap((rule) => {
      const detail = functionCallsOf(rule)
        .map((call) => failed.get(questionKey(call)))
        .find((why) => why !== undefined);
      return detail === undefined ? [] : [{ rule, detail, again: againEffect(context, rule, facts) }];
    });
    failures.push(...failing);
    rules = rules.filter((rule) => !failing.some((one) => one.rule.id === rule.id));
    verdict = context.decider(rules)(facts, { ...known, answers });
  }
  return { verdict, answers, rules, failures };
};

const againEffect = (
  { now, attempt }: DecideWith,
  { id, mode }: Rule,
  { mailbox }: MessageFacts,
): Effect | undefined => {
  const next = attempt + 1;
  if (mode !== 'live' || next >= LIMITS.functionAttemptsMax) return undefined;
  const at = now + LIMITS.functionAgainSeconds * 1_000 * 2 ** attempt;
  return { kind: 'later', ruleId: id, at, recheck: 'rule', attempt: next, mailbox, effects: [] };
};

const withFailures = (decision: Decision, failures: readonly Failure[]): Decision => {
  if (failures.length === 0) return decision;
  const live = failures.filter(({ rule }) => rule.mode === 'live');
  const problems = live.map(({ rule, detail, again }) => ({
    ruleId: rule.id,
    reason: 'function-unanswered' as const,
    detail:
      again === undefined
        ? `${detail}; it was asked ${LIMITS.functionAttemptsMax} times`
        : `${detail}; it is asked again`,
  }));
  return {
    ...decision,
    effects: [...decision.effects, ...live.flatMap(({ again }) => again ?? [])],
    problems: [...decision.problems, ...problems],
  };
};
