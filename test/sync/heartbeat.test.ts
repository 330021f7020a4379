import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ASKED_TO_WAIT,
  heartbeatOf,
  intervalsMissed,
  isServersFault,
  isTimeToTell,
  overdueSeconds,
  type Standing,
  standingsIn,
} from '../../shared/sync/heartbeat.ts';

const ACCOUNTS = Array.from({ length: 6 }, (_, i) => ({ tenant: `t${i % 2}`, accountId: `account-${i}` }));

test('after any course of checks the last heartbeats tell of each account when it was reached last and since when not', () => {
  const course = fc.array(fc.array(fc.boolean(), { minLength: ACCOUNTS.length, maxLength: ACCOUNTS.length }), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(course, fc.integer({ min: 1, max: ACCOUNTS.length }), (ticks, perBatch) => {
      const slots = new Map<number, ReturnType<typeof heartbeatOf>>();
      const expected = new Map<string, Standing>();
      ticks.forEach((reached, tick) => {
        const tickSeconds = 60 * (tick + 1);
        const before = standingsIn([...slots.values()]);
        for (let n = 0; n * perBatch < ACCOUNTS.length; n += 1) {
          const some = ACCOUNTS.slice(n * perBatch, (n + 1) * perBatch);
          const missed = some.filter((account) => !reached[ACCOUNTS.indexOf(account)]);
          const reasons = new Map(missed.map((account) => [account, `missed at ${tick}`] as const));
          slots.set(n, heartbeatOf({ tickSeconds, checkedAt: tickSeconds + 5 }, some, reasons, before));
        }
        ACCOUNTS.forEach((account, i) => {
          const { lastCheckedAt, unreached } = expected.get(account.accountId) ?? {};
          const since = unreached?.since ?? tickSeconds;
          expected.set(
            account.accountId,
            reached[i]
              ? { lastCheckedAt: tickSeconds + 5 }
              : {
                  ...(lastCheckedAt === undefined ? {} : { lastCheckedAt }),
                  unreached: { reason: `missed at ${tick}`, since, triedAt: tickSeconds + 5 },
                },
          );
        });
      });
      const standing = standingsIn([...slots.values()]);
      for (const account of ACCOUNTS) assert.deepEqual(standing(account), expected.get(account.accountId));
      assert.equal(standing({ tenant: 't9', accountId: 'account-0' }), undefined);
    }),
  );
});

test('missed intervals are counted from the last check, or since one was waited for, and told of at each doubling', () => {
  const clock = { waitingSince: 100, pollSeconds: 60, nowSeconds: 400 };
  assert.equal(intervalsMissed(undefined, clock), 5);
  assert.equal(intervalsMissed({ lastCheckedAt: 390 }, clock), 0);
  assert.equal(intervalsMissed({ unreached: { reason: 'x', since: 200, triedAt: 390 } }, clock), 3);
  const overdue = [undefined, { lastCheckedAt: 390 }, { unreached: { reason: 'x', since: 200, triedAt: 390 } }];
  assert.deepEqual(
    overdue.map((standing) => overdueSeconds(standing, clock)),
    [240, 0, 140],
  );
  const told = Array.from({ length: 50 }, (_, missed) => missed).filter((missed) => isTimeToTell(missed, 3));
  assert.deepEqual(told, [3, 6, 12, 24, 48]);
});

test('a mail server is at fault where it was tried just now, by an error code of its own', () => {
  const at = (reason: string, triedAt: number) =>
    isServersFault({ unreached: { reason, since: 0, triedAt } }, { nowSeconds: 1_000, withinSeconds: 180 });
  assert.deepEqual(
    ['imap.unreachable', 'oauth.unreachable', ASKED_TO_WAIT, 'internal', 'another worker is at it'].map((reason) =>
      at(reason, 821),
    ),
    [true, true, true, false, false],
  );
  assert.equal(at('imap.unreachable', 820), false, 'nobody has tried since');
  assert.equal(isServersFault({ lastCheckedAt: 1 }, { nowSeconds: 1_000, withinSeconds: 180 }), false);
});
