import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../bench/budget.ts';

test('what lies on its bound is held, what lies beyond is named', () => {
  const { rows, failures } = judge([
    { what: 'write units', measured: 120, atMost: 120 },
    { what: 'ours / floor', measured: 1.51, atMost: 1.5, digits: 2 },
    { what: 'mbsync / ours', measured: 14.9, atLeast: 15, digits: 1 },
  ]);
  assert.deepEqual(rows[0], ['write units', '120', '<= 120']);
  assert.deepEqual(failures, ['ours / floor: 1.51, budget <= 1.50', 'mbsync / ours: 14.9, budget >= 15.0']);
});

test('what was not measured is neither held nor missed', () => {
  const { rows, failures } = judge([{ what: 'mbsync / ours', measured: undefined, atLeast: 15 }]);
  assert.deepEqual(rows, [['mbsync / ours', 'not measured', '>= 15']]);
  assert.deepEqual(failures, []);
});

test('a figure that is no number holds no budget', () => {
  assert.equal(judge([{ what: 'ratio', measured: Number.NaN, atMost: 1 }]).failures.length, 1);
});
