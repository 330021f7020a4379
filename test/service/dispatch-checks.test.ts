/** Handing out by the minute, by counts: messages, calls and units, on the real table. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { meterUnits } from '../../bench/consumed-units.ts';
import { LIMITS } from '../../shared/limits.ts';
import type { CheckMessage } from '../../shared/service/deps.ts';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import { createHead, headKey } from '../../shared/store/head.ts';
import { putItems } from '../../shared/store/write-batch.ts';
import { duePollGroups, pollGroupOf } from '../../shared/sync/due.ts';
import { USUAL_SCHEDULE } from '../../shared/sync/schedule.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

const ACCOUNTS = 2_000;
const TICK = 1_800_000_000;
const schedule = USUAL_SCHEDULE;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let database: TestTable;
let sent: CheckMessage[] = [];
before(async () => {
  database = await startTable();
  const items = Array.from({ length: ACCOUNTS }, (_, n) => {
    const accountId = `account-${n}`;
    const pollGroup = pollGroupOf(accountId, 60, LIMITS.pollShards);
    return { ...headKey({ tenant: `tenant-${n % 300}`, accountId }), pollGroup, state: 'active', epoch: 0 };
  });
  await putItems(database.table, items);
});
beforeEach(() => {
  sent = [];
});
after(() => database?.stop());

const dispatch = (tickSeconds: number, groups?: readonly string[]) => {
  const sendChecks = async (messages: readonly CheckMessage[]) => void sent.push(...messages);
  return dispatchChecks({ table: database.table, sendChecks, log, schedule }, tickSeconds, groups);
};
const namesSent = () => sent.flatMap(({ accounts }) => accounts.map(({ accountId }) => accountId));

test('each account is in one message, each message full but the last of its group', async () => {
  const { accounts } = await dispatch(TICK);
  assert.equal(accounts, ACCOUNTS);
  assert.equal(new Set(namesSent()).size, ACCOUNTS);
  assert.equal(namesSent().length, ACCOUNTS);
  const fewest = Math.ceil(ACCOUNTS / LIMITS.accountsPerCheckMax);
  assert.ok(sent.length < fewest + LIMITS.pollShards, `${sent.length} messages`);
  // Jitter: not all begin in the same second, and all within theirs.
  const delays = sent.map(({ delaySeconds = 0 }) => delaySeconds);
  assert.ok(new Set(delays).size > 5);
  assert.ok(Math.max(...delays) < LIMITS.spreadSeconds);
});

test('who has one account is in the first message of its group, however many another tenant has', async () => {
  const crowd = Array.from({ length: LIMITS.accountsPerCheckMax + 50 }, (_, n) => ({
    tenant: 'a-many',
    accountId: `m${n}`,
  }));
  for (const ref of [...crowd, { tenant: 'z-one', accountId: 'only' }]) await createHead(database.table, ref, '900#15');
  await dispatch(TICK, ['900#15']);
  assert.equal(sent.length, 2);
  assert.ok(sent[0]?.accounts.some(({ tenant }) => tenant === 'z-one'));
});

test('a minute that is handed out twice, one after the other or at once, sends once', async () => {
  const tick = TICK + 60;
  await Promise.all([dispatch(tick), dispatch(tick), dispatch(tick)]);
  await dispatch(tick);
  assert.equal(namesSent().length, ACCOUNTS);
});

test('a tick that comes late sends nothing where a later one was', async () => {
  await dispatch(TICK + 180);
  sent = [];
  assert.deepEqual(await dispatch(TICK + 120), { accounts: 0, stale: 0, unreachable: 0, oldestSeconds: 0 });
  assert.deepEqual(sent, []);
});

test('handing out costs a write a group, and reads by the page and not by the account', async () => {
  const units = meterUnits(database.table);
  await dispatch(TICK + 240);
  const groups = duePollGroups(TICK + 240, LIMITS).length;
  const { write, calls } = units();
  // The claims, and once those who wait for a first check.
  assert.ok(write <= LIMITS.pollShards * 2 * 60, `${write} write units`);
  assert.ok(calls <= groups * 6 + 2, `${calls} calls for ${groups} groups`);
});

test('a group that cannot be handed out holds up no other', async () => {
  const broken = async (messages: readonly CheckMessage[]) => {
    if (messages[0]?.batch?.pollGroup === '60#1') throw new Error('SQS is down');
    sent.push(...messages);
  };
  await assert.rejects(
    dispatchChecks({ table: database.table, sendChecks: broken, log, schedule }, TICK + 300),
    /SQS is down/,
  );
  const groups = new Set(sent.map(({ batch }) => batch?.pollGroup));
  for (const other of ['60#0', '60#2', '60#3']) assert.ok(groups.has(other), other);
});
