/** Runs one kind of condition over a table: what holds, what does not, what is not known, what an owner may not write. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailyardError } from '../../../shared/errors.ts';
import type { MessageFacts } from '../../../shared/mail/message.ts';
import type { EvaluateContext, MessageHistory } from '../../../shared/rules/context.ts';
import { evaluate } from '../../../shared/rules/evaluate.ts';
import { needsOf } from '../../../shared/rules/needs.ts';
import { parseRule } from '../../../shared/rules/rule.ts';
import { FULL_SUPPORT } from '../../../shared/rules/support.ts';
import { CONTEXT, sampleFacts, sampleRule } from '../samples.ts';

type Case = readonly [
  value: unknown,
  facts?: Partial<MessageFacts>,
  more?: { readonly context?: Partial<EvaluateContext>; readonly history?: MessageHistory },
];

export const conditionTable = (
  name: string,
  table: {
    readonly holds: readonly Case[];
    readonly fails: readonly Case[];
    readonly unknown?: readonly Case[];
    /** Values refused on save, and where below the condition. */
    readonly refused: readonly (readonly [value: unknown, pointer?: string])[];
    readonly needs: { readonly headers?: readonly string[]; readonly body?: boolean; readonly structure?: boolean };
  },
): void => {
  const verdictOf = ([value, facts, more]: Case) => {
    const rule = sampleRule({ conditions: { [name]: value } });
    const [trace] = evaluate([rule], sampleFacts(facts), { ...CONTEXT, ...more?.context }, more?.history).traces();
    assert.ok(trace !== undefined);
    const [condition] = trace.conditions;
    assert.equal(condition?.condition, name);
    assert.equal(trace.matched, condition?.verdict === 'true');
    assert.notEqual(condition?.why, '');
    return condition?.verdict;
  };
  for (const one of table.holds) {
    test(`${name} ${JSON.stringify(one)} holds`, () => assert.equal(verdictOf(one), 'true'));
  }
  for (const one of table.fails) {
    test(`${name} ${JSON.stringify(one)} does not hold`, () => assert.equal(verdictOf(one), 'false'));
  }
  for (const one of table.unknown ?? []) {
    test(`${name} ${JSON.stringify(one)} is not evaluated`, () => assert.equal(verdictOf(one), 'notEvaluated'));
  }
  for (const [value, below = ''] of table.refused) {
    test(`${name} ${JSON.stringify(value)} is refused on save with a pointer`, () => {
      assert.throws(
        () =>
          parseRule(
            { name: 'x', conditions: { [name]: value }, actions: [{ type: 'flag' }] },
            { support: FULL_SUPPORT },
          ),
        (error) =>
          isMailyardError(error, 'validation.failed') && error.fields[0]?.pointer === `/conditions/${name}${below}`,
      );
    });
  }
  test(`${name} needs only what it reads`, () => {
    const [value] = table.holds[0] ?? [];
    const { headers, body, structure } = needsOf([sampleRule({ conditions: { [name]: value } })]);
    assert.deepEqual(headers, [...(table.needs.headers ?? []), 'message-id'].sort());
    assert.deepEqual([body, structure], [table.needs.body ?? false, table.needs.structure ?? false]);
  });
};
