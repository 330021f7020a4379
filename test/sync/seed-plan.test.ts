import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seedOrder, seedProgress, seedRanges } from '../../shared/sync/seed-plan.ts';

test('the ranges of a first sync follow on each other, from where it stopped up to UIDNEXT, and are few', () => {
  fc.assert(
    fc.property(fc.nat(2_000_000), fc.nat(1_000_000), fc.nat(1_000_000), (last, messages, seededTo) => {
      const ranges = seedRanges({ uidNext: last + 1, messages }, seededTo, 50_000);
      let next = seededTo + 1;
      for (const [first, end] of ranges) {
        assert.equal(first, next);
        assert.ok(end >= first && end <= last);
        next = end + 1;
      }
      if (seededTo < last) assert.equal(next, last + 1);
      assert.ok(ranges.length <= messages / 50_000 + 2 || messages > last, `${ranges.length} ranges`);
    }),
  );
});

test('progress counts what is mirrored, and of a folder under way as much as its UIDs tell', () => {
  const cursors = [
    { uidNext: 101, messages: 100 },
    { uidNext: 1_001, messages: 500, seededTo: 500 },
    { uidNext: 11, messages: 10, seededTo: 0 },
  ];
  assert.deepEqual(seedProgress(cursors), { done: 350, total: 610 });
});

test('folders come largest first where one run takes all, else as listed, and smallest first after a failure', () => {
  const seeds = [3, 20, 7].map((messages) => ({ status: { messages } }));
  const order = (runMessages: number, hasFailed: boolean) =>
    seedOrder(seeds, { runMessages, hasFailed }).map(({ status }) => status.messages);
  assert.deepEqual(order(30, false), [20, 7, 3]);
  assert.deepEqual(order(29, false), [3, 20, 7]);
  assert.deepEqual(order(30, true), [3, 7, 20]);
  assert.deepEqual(order(29, true), [3, 7, 20]);
});
