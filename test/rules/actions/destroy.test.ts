import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailyardError } from '../../../shared/errors.ts';
import { evaluate } from '../../../shared/rules/evaluate.ts';
import { parseRule } from '../../../shared/rules/rule.ts';
import { FULL_SUPPORT } from '../../../shared/rules/support.ts';
import { CONTEXT, sampleFacts, sampleRule } from '../samples.ts';
import { actionTable } from './action-table.ts';

actionTable('destroy', { decides: [[{}, { effects: [{ kind: 'destroy' }] }]], refused: [[{ now: true }, '/now']] });

test('destroy is refused unless the account allows it', () => {
  assert.throws(
    () => parseRule({ name: 'x', conditions: {}, actions: [{ type: 'destroy' }] }, { support: FULL_SUPPORT }),
    (error) => isMailyardError(error, 'validation.failed') && /account does not allow/.test(error.message),
  );
});

test('what is destroyed is put to no further rule', () => {
  const rules = [sampleRule({ actions: [{ type: 'destroy' }] }, 'a'), sampleRule({ sequence: 200 }, 'b')];
  const decision = evaluate(rules, sampleFacts(), CONTEXT);
  assert.equal(decision.stoppedBy, 'a');
  assert.equal(decision.effects.length, 1);
});
