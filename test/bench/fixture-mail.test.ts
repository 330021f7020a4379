import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uidSets } from '../../bench/fixture-mail.ts';
import { drawDistinct } from '../../bench/flag-habits.ts';
import { seededRandom } from '../../bench/random.ts';

test('distinct numbers are distinct, and a set of UIDs keeps them all in short lines', () => {
  const drawn = [...drawDistinct(2_500, 3_000, seededRandom(3))];
  assert.equal(drawn.length, 2_500);
  const sets = uidSets(drawn);
  assert.deepEqual(
    sets.flatMap((set) => set.split(',').map(Number)),
    [...drawn].sort((a, b) => a - b),
  );
  for (const set of sets) assert.ok(set.length <= 8_000);
});
