/** What a draft rule would change: the rule set as it is live, and as it would be with the draft. */
import { isDeepStrictEqual } from 'node:util';
import type { EvaluateContext } from './context.ts';
import { type PreparedRules, prepareRules } from './prepare-rules.ts';
import type { Rule, RuleInput } from './rule.ts';
import type { TriggerEvent } from './trigger.ts';

/** A rule that has no id yet; of rules with the same sequence it is asked last. */
export const DRAFT_ID = 'zzzzzzzz-draft';

export type Draft = {
  readonly input: RuleInput;
  /** The rule that it would replace. */
  readonly replaces?: Rule;
};

/** Live unless it says `off`: a rule in shadow mode is asked what it would do if it were live. */
export const draftRule = ({ input, replaces }: Draft): Rule => ({
  ...input,
  mode: input.mode === 'off' ? 'off' : 'live',
  id: replaces?.id ?? DRAFT_ID,
  revision: (replaces?.revision ?? 0) + 1,
  createdAt: replaces?.createdAt ?? 0,
  updatedAt: replaces?.updatedAt ?? 0,
});

/**
 * The rules made ready twice, without the draft and with it, by the code of a run. A draft that waits for something else than a
 * message's arrival is put to the messages by itself.
 */
export const compilePreview = (
  rules: readonly Rule[],
  draft: Draft,
  context: Omit<EvaluateContext, 'modes' | 'event'>,
): { readonly before: PreparedRules; readonly after: PreparedRules } => {
  const rule = draftRule(draft);
  const event = previewEvent(rule);
  return {
    before: prepareRules(rules, { ...context, event }),
    after: prepareRules([...rules.filter(({ id }) => id !== rule.id), rule], { ...context, event }),
  };
};

const previewEvent = ({ id, trigger }: Rule): TriggerEvent =>
  trigger.type === 'arrived' ? { type: 'arrived' } : { type: 'manual', ruleId: id };

export type Difference = 'gained' | 'lost' | 'changed' | 'same';

/** Of what would be done, whoever asks for it. */
export const differenceOf = (before: readonly object[], after: readonly object[]): Difference => {
  if (isDeepStrictEqual(before, after)) return 'same';
  if (before.length === 0) return 'gained';
  return after.length === 0 ? 'lost' : 'changed';
};
