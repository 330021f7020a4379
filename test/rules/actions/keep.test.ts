import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../../../shared/rules/evaluate.ts';
import { CONTEXT, sampleFacts, sampleRule } from '../samples.ts';
import { actionTable } from './action-table.ts';

actionTable('keep', { decides: [[{}, {}]], refused: [] });

test('keep takes back the move of a rule before it', () => {
  const rules = [
    sampleRule({ sequence: 1, actions: [{ type: 'archive' }] }, 'a'),
    sampleRule({ sequence: 2, actions: [{ type: 'keep' }] }, 'b'),
    sampleRule({ sequence: 3, conditions: { inMailbox: { role: 'inbox' } }, actions: [{ type: 'markSeen' }] }, 'c'),
  ];
  assert.deepEqual(
    evaluate(rules, sampleFacts(), CONTEXT).effects.map(({ ruleId, kind }) => [ruleId, kind]),
    [
      ['a', 'move'],
      ['b', 'move'],
      ['c', 'store'],
    ],
  );
  assert.deepEqual(evaluate(rules, sampleFacts(), CONTEXT).effects[1], {
    kind: 'move',
    ruleId: 'b',
    mailbox: 'INBOX',
    create: false,
  });
});
