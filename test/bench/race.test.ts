import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median } from '../../bench/race.ts';

test('the median stands in the middle, between two when their number is even', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 2, 9]), 3);
  assert.ok(Number.isNaN(median([])));
});
