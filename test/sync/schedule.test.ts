import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupOf, offeredSeconds, USUAL_SCHEDULE } from '../../shared/sync/schedule.ts';

test('an interval that is offered no more gives way to the next longer one, or to the longest', () => {
  const offered = (pollSecondsAllowed: readonly number[]) =>
    [60, 300, 900, 3_600].map((seconds) => offeredSeconds(seconds, { pollSecondsAllowed }));
  assert.deepEqual(offered([60, 300, 900, 3_600]), [60, 300, 900, 3_600]);
  assert.deepEqual(offered([300, 3_600]), [300, 300, 3_600, 3_600]);
  assert.deepEqual(offered([60, 300]), [60, 300, 300, 300]);
});

test('an account belongs to a group of what is offered', () => {
  const account = { id: 'k7Q2mXv9Lb4TzR1c', pollSeconds: 60 };
  assert.match(groupOf(USUAL_SCHEDULE, account), /^60#[0-3]$/);
  assert.equal(groupOf({ ...USUAL_SCHEDULE, pollSecondsAllowed: [900], pollShards: 1 }, account), '900#0');
});
