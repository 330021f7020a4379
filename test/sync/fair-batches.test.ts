import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { batchesOf, delayOf, inFairOrder } from '../../shared/sync/fair-batches.ts';

const tenants = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 });
const named = (names: readonly string[]) => names.map((tenant, n) => ({ tenant, n }));

test('every account is handed out once, and none before another tenant’s that has had fewer turns', () => {
  fc.assert(
    fc.property(tenants, (names) => {
      const accounts = named(names);
      const ordered = inFairOrder(accounts);
      assert.deepEqual(
        ordered.toSorted((a, b) => a.n - b.n),
        accounts,
      );
      const turns = new Map<string, number>();
      let turnBefore = 0;
      for (const { tenant } of ordered) {
        const turn = turns.get(tenant) ?? 0;
        turns.set(tenant, turn + 1);
        assert.ok(turn >= turnBefore, 'a tenant came for the second time before another came first');
        turnBefore = turn;
      }
    }),
  );
});

test('who has one account is in the first batch, however many another tenant has', () => {
  const accounts = named([...Array<string>(1_000).fill('many'), 'one']);
  assert.ok(batchesOf(inFairOrder(accounts), 50)[0]?.some(({ tenant }) => tenant === 'one'));
});

test('batches begin spread over the seconds given, in order, the first at once', () => {
  const delays = Array.from({ length: 2_000 }, (_, n) => delayOf(n, 2_000, 20));
  assert.equal(delays[0], 0);
  assert.deepEqual(
    delays,
    delays.toSorted((a, b) => a - b),
  );
  for (let second = 0; second < 20; second += 1) assert.equal(delays.filter((one) => one === second).length, 100);
  assert.equal(delayOf(0, 1, 20), 0);
});
