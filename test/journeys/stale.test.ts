/** No account dies in silence: who is not checked is seen, told of and counted, without a write per account. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import { type AccountRef, readHead, regroupHead } from '../../shared/store/head.ts';
import { USUAL_SCHEDULE } from '../../shared/sync/schedule.ts';
import { allItems } from '../api/api-under-test.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type HookReceiver, startHookReceiver } from '../support/hook-receiver.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';
import { apiOver, type CallApi } from '../support/yard-api.ts';

const GROUP = '60#0';

let near: Dovecot;
let far: Dovecot;
let receiver: HookReceiver;
let yard: Yard;
let deps: MailboxDeps;
let call: CallApi;
before(async () => {
  near = await startDovecot({ users: { ann: 'canary-password-ann' } });
  far = await startDovecot({ users: { bob: 'canary-password-bob' } });
  receiver = await startHookReceiver();
  yard = await startYard();
  // One shard: both accounts belong to the group that is handed out.
  deps = {
    ...yard.deps,
    egress: receiver.egress(yard.deps.egress),
    schedule: { ...USUAL_SCHEDULE, pollShards: 1 },
  };
  call = apiOver(deps);
});
after(async () => {
  await receiver?.stop();
  await yard?.stop();
  await near?.stop();
  await far?.stop();
});

/** How many accounts their own mail servers kept checks from, by the last minute. */
let keptOut = 0;

/** A minute passes; `lost`: nobody takes the checks that are handed out. Returns how many accounts no check came to. */
const minute = async (fate: 'worked off' | 'lost' = 'worked off'): Promise<number> => {
  const { stale, unreachable } = await dispatchChecks(deps, Math.floor(deps.now() / 1_000), [GROUP]);
  for (let message = yard.sent.shift(); message !== undefined; message = yard.sent.shift()) {
    if (message.batch === undefined || fate === 'worked off') await checkAccounts(deps, configCache(deps), message);
  }
  yard.clock.skewMs += 60_000;
  keptOut = unreachable;
  return stale;
};

const healthOf = async ({ tenant, accountId }: AccountRef) =>
  (await call('GET', `/v1/accounts/${accountId}/health`, { tenant })).json as Record<string, unknown>;

test('a batch writes one heartbeat for all its accounts; who is not reached grows stale, is told of once, and well again', async () => {
  const ann = await yard.addAccount(near, 'ann');
  const bob = await yard.addAccount(far, 'bob');
  for (const ref of [ann, bob]) {
    await checkUntilQuiet(yard, ref);
    assert.ok(await regroupHead(deps.table, ref, GROUP));
  }
  const body = { url: receiver.url, events: ['account.*'] };
  assert.equal((await call('POST', '/v1/webhooks', { tenant: ann.tenant, body })).status, 201);
  yard.sent.length = 0;
  await minute();
  await minute();

  const before = await allItems(deps.table);
  assert.equal(await minute(), 0);
  const changed = (await allItems(deps.table)).filter((item, i) => JSON.stringify(item) !== JSON.stringify(before[i]));
  assert.deepEqual(
    changed.map(({ pk, sk }) => `${pk} ${sk}`),
    [`B#${GROUP} b#0000`, `B#${GROUP} t`],
    'a quiet minute writes the heartbeat of the batch, the claim of the minute, and nothing else',
  );
  const { state, lagSeconds } = await healthOf(ann);
  assert.equal(state, 'active');
  assert.ok(Number(lagSeconds) <= 61, String(lagSeconds));

  // Nobody takes the batches: both are missed, and nothing says why.
  const lost: number[] = [];
  for (let i = 0; i < 5; i += 1) lost.push(await minute('lost'));
  // Whether the third is stale already is a matter of how long the last check took.
  assert.deepEqual([lost[0], lost[1], lost.at(-1)], [0, 0, 2]);
  assert.equal((await healthOf(bob))['state'], 'stale');
  const all = await call('GET', '/v1/health', { tenant: ann.tenant });
  assert.equal(all.text.match(/"state":"stale"/g)?.length, 2);
  assert.deepEqual(receiver.types(), ['account.stale', 'account.stale'], 'told once each');
  assert.deepEqual([await minute(), await minute()], [2, 0]);
  assert.equal((await healthOf(bob))['state'], 'active');

  // The mail server of one is down.
  await far.stop();
  const down: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    assert.equal(await minute(), 0, 'checks come to it: that is no fault of the service, and sets off no alarm');
    down.push(keptOut);
  }
  assert.deepEqual([down.at(0), down.at(-1)], [0, 1]);
  const health = await healthOf(bob);
  assert.deepEqual(
    [
      health['state'],
      (health['notReached'] as { reason: string }).reason,
      (health['failure'] as { code: string }).code,
    ],
    ['stale', 'imap.unreachable', 'imap.unreachable'],
  );
  assert.ok(Date.parse(String(health['lastCheckedAt'])) < Date.parse(String(health['nextCheckAt'])) - 180_000);
  assert.equal((await healthOf(ann))['state'], 'active');
  assert.deepEqual(receiver.types().slice(2), ['account.stale']);
  const told = receiver.received.at(-1)?.event;
  assert.deepEqual([told?.accountId, told?.data['reason'] as unknown], [bob.accountId, 'imap.unreachable']);
  assert.equal((await readHead(deps.table, bob))?.untold, undefined);

  // Nobody takes its checks either: now nobody knows whether its server is still down.
  const both: number[] = [];
  for (let i = 0; i < 5; i += 1) both.push(await minute('lost'));
  assert.deepEqual([both.at(-1), keptOut], [2, 0]);
});
