/** An hour in which nobody took checks: what it leaves in the queue costs no looks, and the interval after it is as any other. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { CheckMessage } from '../../shared/service/deps.ts';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import { headKey } from '../../shared/store/head.ts';
import { putItems } from '../../shared/store/write-batch.ts';
import { duePollGroups, pollGroupOf } from '../../shared/sync/due.ts';
import { startYard, type Yard } from '../support/yard.ts';

const ACCOUNTS = 400;
const OUTAGE_MINUTES = 60;
/** What a message waits in a queue that is not behind. */
const TAKEN_UP_SECONDS = 5;
const START = 1_800_000_000;

let yard: Yard;
before(async () => {
  yard = await startYard();
  // Paused by their owners: each is looked at, told of in the report, and connected to by nobody.
  const items = Array.from({ length: ACCOUNTS }, (_, n) => {
    const accountId = `account-${n}`;
    const pollSeconds = n % 2 === 0 ? 60 : 300;
    const pollGroup = pollGroupOf(accountId, pollSeconds, LIMITS.pollShards);
    const ref = { tenant: `tenant-${n % 70}`, accountId };
    return { ...headKey(ref), pollGroup, state: 'active', paused: true, epoch: 0, configVersion: 1 };
  });
  await putItems(yard.deps.table, items);
});
after(() => yard?.stop());

/** The groups that there are accounts in. */
const OF_THESE = { pollSecondsAllowed: [60, 300], pollShards: LIMITS.pollShards, pollShardsMax: LIMITS.pollShards };

const isCheck = ({ batch }: CheckMessage): boolean => batch !== undefined;

test('after an hour without a worker the backlog is gone within two intervals, and each account is looked at once an interval', async () => {
  let nowSeconds = START;
  const deps: MailboxDeps = { ...yard.deps, now: () => nowSeconds * 1_000 };
  const cache = configCache(deps);
  const queue: CheckMessage[] = [];
  const tick = async () => {
    const sendChecks = async (messages: readonly CheckMessage[]) => void queue.push(...messages);
    await dispatchChecks({ ...deps, sendChecks }, nowSeconds, duePollGroups(nowSeconds, OF_THESE));
  };
  for (let minute = 0; minute < OUTAGE_MINUTES; minute += 1) {
    await tick();
    nowSeconds += 60;
  }
  // An hour of ticks for one half, and twelve for the other.
  const left = queue.filter(isCheck);
  const leftAccounts = left.flatMap(({ accounts }) => accounts).length;
  assert.equal(leftAccounts, (ACCOUNTS / 2) * (OUTAGE_MINUTES + OUTAGE_MINUTES / 5));

  /** How often each account was looked at, by when the worker took up again. */
  const looks = new Map<string, number[]>();
  let dropped = 0;
  const workOff = async () => {
    nowSeconds += TAKEN_UP_SECONDS;
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      if (!isCheck(message)) continue;
      const reports = await checkAccounts(deps, cache, message);
      if (reports.length === 0) dropped += 1;
      for (const { ref } of reports) looks.set(ref.accountId, [...(looks.get(ref.accountId) ?? []), nowSeconds]);
    }
  };
  // The first tick with a worker: all that was left stands before it in the queue.
  nowSeconds += 1;
  await tick();
  await workOff();
  assert.ok(dropped > left.length * 0.9, `${dropped} of ${left.length} messages were dropped`);
  const firstLooks = [...looks.values()].flat().length;
  // Each account by the tick before the end at most, and by this one.
  assert.ok(firstLooks <= ACCOUNTS, `${firstLooks} looks for ${ACCOUNTS} accounts`);

  for (let minute = 1; minute < 10; minute += 1) {
    nowSeconds += 60 - TAKEN_UP_SECONDS;
    await tick();
    await workOff();
    assert.equal(queue.length, 0);
  }
  for (let n = 0; n < ACCOUNTS; n += 1) {
    const seen = looks.get(`account-${n}`) ?? [];
    const interval = n % 2 === 0 ? 60 : 300;
    assert.ok((seen[0] ?? Number.POSITIVE_INFINITY) <= START + OUTAGE_MINUTES * 60 + 2 * interval, `account-${n}`);
    assert.equal(new Set(seen).size, seen.length, `account-${n} was looked at twice at once`);
    // Once an interval, and once for a message that was not old yet when the worker came back.
    const usual = 600 / interval;
    assert.ok(seen.length === usual || seen.length === usual + 1, `account-${n} was looked at ${seen.length} times`);
  }
});
