/** A deployment is told another schedule: accounts that were there before are found where they were, and move by themselves. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import { type AccountRef, readHead, regroupHead } from '../../shared/store/head.ts';
import { groupOf, type Schedule, USUAL_SCHEDULE } from '../../shared/sync/schedule.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';
import { apiOver } from '../support/yard-api.ts';

const MINUTES = 5;
const PASSWORD = 'canary-password-ann';

let dovecot: Dovecot;
let yard: Yard;
before(async () => {
  dovecot = await startDovecot({ users: { ann: PASSWORD } });
  yard = await startYard();
});
after(async () => {
  await yard?.stop();
  await dovecot?.stop();
});

const groupNow = async (ref: AccountRef) => (await readHead(yard.deps.table, ref))?.pollGroup;

/** Which minutes of five hand the account out. */
const minutesOf = async (deps: MailboxDeps, ref: AccountRef) => {
  const from = Math.floor(yard.deps.now() / 60_000) * 60;
  const minutes: number[] = [];
  for (let minute = 0; minute < MINUTES; minute += 1) {
    yard.sent.length = 0;
    await dispatchChecks(deps, from + minute * 60);
    const names = yard.sent.filter(({ batch }) => batch !== undefined).flatMap(({ accounts }) => accounts);
    if (names.some(({ accountId }) => accountId === ref.accountId)) minutes.push(minute);
  }
  yard.clock.skewMs += MINUTES * 60_000;
  return minutes;
};

const told = (change: Partial<Schedule>): MailboxDeps => ({
  ...yard.deps,
  schedule: { ...USUAL_SCHEDULE, ...change },
});

const batch = async (deps: MailboxDeps, ref: AccountRef) => {
  const tickSeconds = Math.floor(deps.now() / 1_000);
  const message = { accounts: [ref], tickSeconds, pollSeconds: 60, batch: { pollGroup: '60#0', n: 0 } };
  return (await checkAccounts(deps, configCache(deps), message)).map(({ outcome }) => outcome);
};

test('an account of a group that is there no more is handed out as before, and moves with its next quiet check', async () => {
  const ref = await yard.addAccount(dovecot, 'ann');
  await checkUntilQuiet(yard, ref);
  // As it was left by a deployment with the most groups there may be.
  const former = `60#${LIMITS.pollShardsMax - 1}`;
  assert.ok(await regroupHead(yard.deps.table, ref, former));
  const fewer = told({ pollShards: 2, pollSecondsAllowed: [300, 900] });
  assert.equal((await minutesOf(fewer, ref)).length, MINUTES);
  assert.deepEqual(await batch(fewer, ref), ['quiet']);
  const account = { id: ref.accountId, pollSeconds: 60 };
  const wanted = groupOf(fewer.schedule, account);
  assert.match(wanted, /^300#[01]$/);
  assert.equal(await groupNow(ref), wanted);
  assert.equal((await minutesOf(fewer, ref)).length, 1);
  assert.deepEqual(await batch(fewer, ref), ['quiet']);
  assert.equal(await groupNow(ref), wanted, 'and stays there');

  // Back to the schedule of before, with a check that finds something.
  await dovecotOracle(dovecot).deliver('ann', 'INBOX', letter({ subject: 'New' }));
  assert.deepEqual(await batch(yard.deps, ref), ['synced']);
  assert.equal(await groupNow(ref), groupOf(USUAL_SCHEDULE, account), 'what its owner asked for was kept');
});

test('accounts are checked as often as is usual in the deployment, and at no interval that it does not offer', async () => {
  const deps = told({ pollSecondsAllowed: [300, 900], pollSecondsDefault: 900 });
  const call = apiOver(deps);
  const tenant = 'tenant-of-defaults';
  const { host, port, ca } = dovecot;
  const body = { host, port, tls: 'implicit', ca, user: 'ann', address: 'ann@example.test', password: PASSWORD };
  const refused = await call('POST', '/v1/accounts', { tenant, body: { ...body, pollSeconds: 60 } });
  assert.equal(refused.status, 422, refused.text);
  assert.match(refused.text, /must be one of 300, 900/);
  const added = await call('POST', '/v1/accounts', { tenant, body });
  assert.equal(added.status, 201, added.text);
  const { id } = added.json as unknown as { id: string };
  assert.match((await groupNow({ tenant, accountId: id })) ?? '', /^900#/);
  const change = async (pollSeconds: number) =>
    await call('PATCH', `/v1/accounts/${id}`, {
      tenant,
      body: { pollSeconds },
      headers: { 'if-match': '*' },
    });
  assert.equal((await change(3_600)).status, 422);
  assert.equal((await change(300)).status, 200);
  assert.match((await groupNow({ tenant, accountId: id })) ?? '', /^300#/);
});
