import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LIMITS } from '../../shared/limits.ts';
import { duePollGroups, isStale, pollGroupOf, secondsOf } from '../../shared/sync/due.ts';

test('within any interval every group comes exactly once', () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      minutes,
      fc.integer({ min: 1, max: 70 }),
      fc.nat(30_000_000),
      fc.nat(59),
      (every, shards, from, second) => {
        const options = { pollSecondsAllowed: every.map((count) => count * 60), pollShards: shards, pollShardsMax: 0 };
        for (const count of every) {
          const due = Array.from({ length: count }, (_, i) => duePollGroups((from + i) * 60 + second, options))
            .flat()
            .filter((group) => group.startsWith(`${count * 60}#`));
          assert.equal(due.length, shards);
          assert.equal(new Set(due).size, shards);
        }
      },
    ),
  );
});

test('groups of times when there were more come once an interval as well', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16 }), fc.nat(30_000_000), (pollShards, from) => {
      for (const seconds of LIMITS.pollSecondsAllowed) {
        const groups = Array.from({ length: seconds / 60 }, (_, i) =>
          duePollGroups((from + i) * 60, { ...LIMITS, pollShards }),
        )
          .flat()
          .filter((group) => secondsOf(group) === seconds);
        assert.equal(groups.length, LIMITS.pollShardsMax);
        assert.equal(new Set(groups).size, LIMITS.pollShardsMax);
      }
    }),
  );
});

test('the shards of a long interval are spread over its minutes', () => {
  const perMinute = Array.from({ length: 60 }, (_, i) =>
    duePollGroups(i * 60, { pollSecondsAllowed: [3_600], pollShards: 4, pollShardsMax: 4 }),
  );
  assert.deepEqual(
    perMinute.flatMap((groups, minute) => groups.map((group) => [minute, group])),
    [
      [0, '3600#0'],
      [15, '3600#1'],
      [30, '3600#2'],
      [45, '3600#3'],
    ],
  );
});

test('an account belongs to a group that comes, and keeps its shard when its interval changes', () => {
  fc.assert(
    fc.property(fc.string(), (accountId) => {
      const groups = LIMITS.pollSecondsAllowed.map((seconds) => pollGroupOf(accountId, seconds, LIMITS.pollShards));
      const hour = Array.from({ length: 60 }, (_, i) => duePollGroups(i * 60, LIMITS)).flat();
      for (const group of groups) assert.ok(hour.includes(group));
      assert.equal(new Set(groups.map((group) => group.split('#')[1])).size, 1);
    }),
  );
});

test('accounts are spread evenly over the shards', () => {
  const counts = new Map<string, number>();
  for (let i = 0; i < 4_000; i += 1) {
    const group = pollGroupOf(`acct${i}`, 60, 4);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  assert.equal(counts.size, 4);
  for (const count of counts.values()) assert.ok(count > 850 && count < 1_150);
});

test('a check older than its interval is stale', () => {
  assert.deepEqual(
    [1_000, 1_060, 1_061].map((now) => isStale(1_000, 60, now)),
    [false, false, true],
  );
});
