/** Why a rule would do something with a message, or nothing: whether it is asked at all, and each condition's verdict. */
import type { MessageFacts } from '../mail/message.ts';
import type { EvaluateContext, MessageHistory } from './context.ts';
import type { Decision, RuleTrace } from './effect.ts';
import { evaluate } from './evaluate.ts';
import { refersTo } from './mailbox-ref.ts';
import type { Rule } from './rule.ts';

export type Explained = {
  readonly rule: Rule;
  /** Absent where the rule is not asked. */
  readonly trace?: RuleTrace;
  /** Why it is not asked. */
  readonly whyNot?: string;
};

export type Explanation = { readonly rules: readonly Explained[]; readonly decision: Decision };

/**
 * As if the message arrived now: live rules, and those in shadow mode as if they were live. With `ruleId` for that rule alone,
 * which is asked also when it is off or waits for something else than an arrival.
 */
export const explain = (
  rules: readonly Rule[],
  facts: MessageFacts,
  context: Omit<EvaluateContext, 'modes' | 'event'>,
  { ruleId, history }: { readonly ruleId?: string | undefined; readonly history?: MessageHistory } = {},
): Explanation => {
  const wanted = rules.find(({ id }) => id === ruleId);
  const asked = rules
    .filter((rule) => rule === wanted || rule.paused === undefined)
    .map((rule) => (rule === wanted ? { ...rule, mode: LIVE } : rule));
  const waits = wanted !== undefined && wanted.trigger.type !== 'arrived';
  const decision = evaluate(
    asked,
    facts,
    {
      ...context,
      modes: ruleId === undefined ? ['live', 'shadow'] : ['live'],
      event: waits ? { type: 'manual', ruleId: wanted.id } : { type: 'arrived' },
    },
    history,
  );
  const traces = new Map(decision.traces().map((trace) => [trace.ruleId, trace]));
  const told = (wanted === undefined ? inOrder(rules) : [wanted]).map((rule): Explained => {
    const trace = traces.get(rule.id);
    return trace === undefined ? { rule, whyNot: whyNotAsked(rule, facts, context, decision, rules) } : { rule, trace };
  });
  return { rules: told, decision };
};

const LIVE = 'live' as const;

const inOrder = (rules: readonly Rule[]): Rule[] =>
  rules.toSorted((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1));

const whyNotAsked = (
  rule: Rule,
  { mailbox }: MessageFacts,
  { accountId, folders }: Pick<EvaluateContext, 'accountId' | 'folders'>,
  { stoppedBy }: Decision,
  rules: readonly Rule[],
): string => {
  if (rule.mode === 'off') return 'it is off';
  if (rule.paused !== undefined) return `it is paused: ${rule.paused.detail}`;
  if (rule.accountIds?.includes(accountId) === false) return 'it is not for this account';
  if (!rule.mailboxes.some((ref) => refersTo(ref, mailbox, folders))) return `it is not for messages in ${mailbox}`;
  if (rule.trigger.type !== 'arrived') return `it waits for ${rule.trigger.type}, not for an arrival`;
  const stopper = rules.find(({ id }) => id === stoppedBy);
  if (stopper !== undefined) return `${JSON.stringify(stopper.name)} stops before it`;
  return 'there are more rules than are asked about one message';
};
