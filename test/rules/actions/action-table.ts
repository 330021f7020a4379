/** Runs one kind of action over a table: what it decides from where the message stands, and what an owner may not write. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailyardError } from '../../../shared/errors.ts';
import type { MessageFacts } from '../../../shared/mail/message.ts';
import type { EvaluateContext, MessageHistory } from '../../../shared/rules/context.ts';
import type { Decision } from '../../../shared/rules/effect.ts';
import { evaluate } from '../../../shared/rules/evaluate.ts';
import { parseRule } from '../../../shared/rules/rule.ts';
import { FULL_SUPPORT } from '../../../shared/rules/support.ts';
import { CONTEXT, sampleFacts, sampleRule } from '../samples.ts';

type Expected = { readonly effects?: readonly object[]; readonly problem?: Decision['problems'][number]['reason'] };

export const actionTable = (
  type: string,
  table: {
    readonly decides: readonly (readonly [
      action: object,
      expected: Expected,
      facts?: Partial<MessageFacts>,
      more?: { readonly context?: Partial<EvaluateContext>; readonly history?: MessageHistory },
    ])[];
    readonly refused: readonly (readonly [action: object, below: string])[];
  },
): void => {
  for (const [action, expected, facts, more] of table.decides) {
    test(`${type} ${JSON.stringify(action)} decides ${JSON.stringify(expected)}`, () => {
      const rule = sampleRule({ actions: [{ type, ...action }] });
      const decision = evaluate([rule], sampleFacts(facts), { ...CONTEXT, ...more?.context }, more?.history);
      const effects = (expected.effects ?? []).map((effect) => ({ ruleId: 'r1', ...effect }));
      assert.deepEqual(decision.effects, effects);
      assert.deepEqual(
        decision.problems.map(({ reason }) => reason),
        expected.problem === undefined ? [] : [expected.problem],
      );
    });
  }
  for (const [action, below] of [...table.refused, [{ colour: 'red' }, '/colour'] as const]) {
    test(`${type} ${JSON.stringify(action)} is refused on save with a pointer`, () => {
      assert.throws(
        () =>
          parseRule(
            { name: 'x', conditions: {}, actions: [{ type, ...action }] },
            { support: FULL_SUPPORT, mayDestroy: true },
          ),
        (error) =>
          isMailyardError(error, 'validation.failed') &&
          error.fields.some(({ pointer }) => pointer === `/actions/0${below}`),
      );
    });
  }
};
