import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RUN_ID } from '../../shared/api/activity-id.ts';
import { beforeRunsSince, runIdOf } from '../../shared/sync/run-id.ts';

const time = fc.integer({ min: 0, max: 8.64e12 });
const epoch = fc.integer({ min: 1, max: 2 ** 31 });

test('runs sort by their time, and a moment before the runs since then', () => {
  fc.assert(
    fc.property(time, time, epoch, epoch, (a, b, one, other) => {
      assert.match(runIdOf(a, one), new RegExp(`^${RUN_ID}$`));
      if (a !== b) assert.equal(runIdOf(a, one) < runIdOf(b, other), a < b);
      // As the journal's keys are written: an id ends with '#'.
      assert.equal(`${beforeRunsSince(a)}#~` < `${runIdOf(b, other)}#`, a <= b);
    }),
  );
});
