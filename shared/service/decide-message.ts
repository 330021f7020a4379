/** One message put to the rules, with what they need to know beyond it: our own record, and functions' answers. */
import { LIMITS } from '../limits.ts';
import type { MessageFacts } from '../mail/message.ts';
import type { FunctionAnswer, MessageHistory } from '../rules/context.ts';
import type { Decision, Effect } from '../rules/effect.ts';
import { questionKey } from '../rules/function-call.ts';
import type { PreparedRules } from '../rules/prepare-rules.ts';
import type { Rule } from '../rules/rule.ts';
import { functionCallsOf } from '../rules/rule-functions.ts';
import type { FunctionAsker } from './ask-functions.ts';
import type { RunHistory, World } from './run-history.ts';

export type DecideWith = {
  readonly prepared: PreparedRules;
  /** What is done, or what would be if rules on trial were live, too. */
  readonly world: World;
  readonly history: Pick<RunHistory, 'about' | 'decided'>;
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
): Promise<Decision> => {
  const { history, world, prepared } = context;
  const { answers, rules, failures, ...answered } = await answerAll(context, facts, known);
  let { decision } = answered;
  const about = await history.about(facts, decision.effects, world);
  if (about !== undefined) decision = prepared.evaluate(rules)(facts, { ...known, ...about, answers });
  history.decided(facts, decision, world);
  return withFailures(decision, failures);
};

/** What was asked about a message is not asked about it once more. */
export const askedOnce = (ask: FunctionAsker): FunctionAsker => {
  const answers = new Map<string, FunctionAnswer>();
  const failed = new Map<string, string>();
  return async (questions, facts) => {
    const open = questions.filter((call) => !answers.has(questionKey(call)) && !failed.has(questionKey(call)));
    const got = open.length === 0 ? undefined : await ask(open, facts);
    for (const [key, answer] of got?.answers ?? []) answers.set(key, answer);
    for (const [key, why] of got?.failed ?? []) failed.set(key, why);
    return { answers, failed };
  };
};

type Answered = {
  readonly decision: Decision;
  readonly answers: ReadonlyMap<string, FunctionAnswer>;
  /** Those whose functions all answered. */
  readonly rules: readonly Rule[];
  readonly failures: readonly Failure[];
};
type Failure = { readonly rule: Rule; readonly detail: string; readonly again: Effect | undefined };

/** Answers may lead to further questions; a rule whose function fails is left out, for it would be half done. */
const answerAll = async (context: DecideWith, facts: MessageFacts, known: MessageHistory): Promise<Answered> => {
  const { prepared, ask } = context;
  const answers = new Map<string, FunctionAnswer>();
  const failures: Failure[] = [];
  let { rules } = prepared;
  let decision = prepared.evaluate(rules)(facts, known);
  for (let round = 0; round < LIMITS.functionRoundsMax && decision.questions.length > 0; round += 1) {
    const { answers: got, failed } = await ask(decision.questions, facts);
    for (const [key, answer] of got) answers.set(key, answer);
    const failing = rules.flatMap((rule) => {
      const detail = functionCallsOf(rule)
        .map((call) => failed.get(questionKey(call)))
        .find((why) => why !== undefined);
      return detail === undefined ? [] : [{ rule, detail, again: againEffect(context, rule, facts) }];
    });
    failures.push(...failing);
    if (failing.length > 0) rules = rules.filter((rule) => !failing.some((one) => one.rule.id === rule.id));
    decision = prepared.evaluate(rules)(facts, { ...known, answers });
  }
  return { decision, answers, rules, failures };
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
  const problems = failures.map(({ rule, detail, again }) => ({
    ruleId: rule.id,
    reason: 'function-unanswered' as const,
    detail: `${detail}${ASKED_AGAIN[again !== undefined ? 'again' : rule.mode === 'live' ? 'never' : 'onTrial']}`,
  }));
  return {
    ...decision,
    effects: [...decision.effects, ...failures.flatMap(({ again }) => again ?? [])],
    problems: [...decision.problems, ...problems],
  };
};

const ASKED_AGAIN = {
  again: '; it is asked again',
  never: `; it was asked ${LIMITS.functionAttemptsMax} times`,
  onTrial: '',
};
