/** Webhooks from end to end: mail arrives on a real server, an HTTPS receiver hears of it. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { CheckMessage } from '../../shared/service/deps.ts';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import type { Table } from '../../shared/store/table.ts';
import { type HookedYard, startHookedYard } from '../support/hooked-yard.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet } from '../support/yard.ts';
import { apiOver } from '../support/yard-api.ts';

const USERS = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal', 'ida', 'jim'];
let { server, oracle, receiver, yard, deps, call, work, workOff, settle, hook, check, reset, stop } = {} as HookedYard;
before(async () => {
  ({ server, oracle, receiver, yard, deps, call, work, workOff, settle, hook, check, reset, stop } =
    await startHookedYard(USERS));
});
after(() => stop?.());
afterEach(() => reset());

const stateOf = async ({ tenant }: AccountRef, id: string) =>
  (await call('GET', `/v1/webhooks/${id}`, { tenant })).json;

/** Answers some calls and none after them: what a worker's last moments look like to the table. */
const dyingTable = (table: Table, calls: { left: number }): Table => ({
  ...table,
  client: new Proxy(table.client, {
    get: (client, name) =>
      name === 'send'
        ? async (command: never) => {
            if (calls.left <= 0) throw new Error('the worker is gone');
            calls.left -= 1;
            return await client.send(command);
          }
        : Reflect.get(client, name),
  }),
});

test('what arrives, is changed, filed and goes is told, signed, once each, without a word of what is in it', async () => {
  const ref = await settle('ann');
  const { secret } = await hook(ref);
  const rule = await yard.addRule(ref, {
    name: 'Bills',
    conditions: { subject: 'invoice' },
    actions: [{ type: 'move', mailbox: { path: 'Bills' }, create: true }],
  });
  await oracle.deliver('ann', 'INBOX', letter({ subject: 'invoice canary-subject-77' }));
  await oracle.deliver('ann', 'INBOX', letter({ subject: 'hello' }));
  await check(ref);
  await workOff();
  assert.deepEqual(receiver.types().sort(), ['folder.created', 'message.arrived', 'rule.applied']);
  for (const one of receiver.received) {
    assert.deepEqual(receiver.verify(secret, one), one.event);
    assert.equal(one.headers['webhook-id'], one.event.id);
    assert.equal(one.event.accountId, ref.accountId);
    assert.doesNotMatch(one.body, /canary-subject|hello/);
  }
  const applied = receiver.received.find(({ event }) => event.type === 'rule.applied')?.event.data;
  assert.deepEqual(
    [applied?.['ruleId'], applied?.['action'], applied?.['to'], applied?.['messageCount']],
    [rule.id, 'move', 'Bills', 1],
  );
  receiver.received.length = 0;
  // The traces of our own move are no news, and the folder is told of once.
  await checkUntilQuiet(yard, ref);
  await workOff();
  assert.deepEqual(receiver.types(), []);

  const [left] = await oracle.listMessages('ann', 'INBOX');
  await oracle.setFlags('ann', 'INBOX', left?.uid ?? 0, ['\\Flagged']);
  await check(ref);
  await workOff();
  await oracle.expunge('ann', 'INBOX', left?.uid ?? 0);
  await check(ref);
  await workOff();
  assert.deepEqual(receiver.types(), ['message.flags', 'message.gone']);
  assert.equal((await readHead(yard.deps.table, ref))?.untold, undefined);
});

test('each webhook hears of what it asked for, of its accounts and its tenant alone; subjects and text where they were asked for', async () => {
  const ref = await settle('bob');
  const other = await yard.addAccount(server, 'cid', { tenant: ref.tenant });
  await checkUntilQuiet(yard, other);
  const stranger = await settle('cid');
  await hook(stranger);
  await hook(ref, { events: ['folder.*', 'pager.call'], description: 'folders' });
  await hook(ref, { events: ['message.*'], accountIds: [ref.accountId], includeSubjects: true, includeBodies: true });
  await hook(ref, { enabled: false });
  await yard.addRule(ref, {
    name: 'Page me',
    conditions: { subject: 'down' },
    actions: [
      { type: 'webhook', event: 'pager.call' },
      { type: 'move', mailbox: { role: 'archive' } },
    ],
  });
  await oracle.deliver('bob', 'INBOX', letter({ subject: 'site down', body: 'It burns.' }));
  await oracle.createFolder('bob', 'Plans');
  for (const one of [ref, other]) await yard.check(one);
  await workOff();
  assert.deepEqual(receiver.types().sort(), ['folder.created', 'message.arrived', 'pager.call']);
  const arrived = receiver.received.find(({ event }) => event.type === 'message.arrived');
  // Read where the rule had put it.
  const [message] = (arrived?.event.data['messages'] ?? []) as Record<string, unknown>[];
  assert.deepEqual([message?.['subject'], message?.['from']], ['site down', 'Ann <ann@example.org>']);
  assert.match(String(message?.['text']), /It burns/);
  const paged = receiver.received.find(({ event }) => event.type === 'pager.call');
  assert.doesNotMatch(String(paged?.body), /site down|burns/);

  // An empty folder of another name cannot be told from a new one.
  await oracle.deliver('bob', 'Plans', letter());
  await check(ref);
  await workOff();
  receiver.received.length = 0;
  await oracle.renameFolder('bob', 'Plans', 'Projects');
  await oracle.deliver('bob', 'INBOX', letter());
  await check(ref);
  await workOff();
  await oracle.deleteFolder('bob', 'Projects');
  await oracle.deliver('bob', 'INBOX', letter());
  await check(ref);
  await workOff();
  assert.deepEqual(
    receiver.types().filter((type) => type.startsWith('folder.')),
    ['folder.renamed', 'folder.deleted'],
  );
});

test('what fails is tried again later and later, by the dispatcher, with the same id, and in the end once each', async () => {
  const ref = await settle('dan');
  const { id } = await hook(ref, { events: ['message.arrived'] });
  const replies = [500, 'cut', 'never', 302, 204] as const;
  receiver.step.reply = () => replies[receiver.received.length - 1] ?? 204;
  await oracle.deliver('dan', 'INBOX', letter());
  await check(ref);
  await workOff();
  assert.equal(receiver.received.length, 1);
  const tick = async () => {
    await dispatchChecks(yard.deps, Math.floor(yard.deps.now() / 1_000), []);
    await workOff();
  };
  await tick();
  assert.equal(receiver.received.length, 1, 'not before its time');
  const waits: number[] = [];
  for (let attempt = 2; attempt <= replies.length; attempt += 1) {
    const state = await stateOf(ref, id);
    assert.equal(String(state['failures']), String(attempt - 1));
    const next = Date.parse(String(state['nextAttemptAt']));
    waits.push(Math.round((next - yard.deps.now()) / 60_000));
    yard.clock.skewMs += next - yard.deps.now() + 1_000;
    await tick();
    assert.equal(receiver.received.length, attempt);
  }
  assert.deepEqual(waits, [1, 2, 4, 8]);
  assert.equal(new Set(receiver.received.map(({ event }) => event.id)).size, 1);
  assert.deepEqual((await stateOf(ref, id))['failures'] as unknown, 0);
  yard.clock.skewMs += 86_400_000;
  await tick();
  assert.equal(receiver.received.length, replies.length, 'what was delivered is not sent again');
});

test('a worker that dies between commit and delivery, and one that dies while it delivers, lose nothing', async () => {
  const ref = await settle('eve');
  await hook(ref, { events: ['message.arrived'] });
  await oracle.deliver('eve', 'INBOX', letter());
  // The commit stands, and the message that would have asked for delivery never left.
  const dying = { ...deps, sendChecks: async () => await Promise.reject(new Error('the worker is gone')) };
  const asked = { accounts: [ref], tickSeconds: Math.floor(deps.now() / 1_000), pollSeconds: 60 };
  const [report] = await checkAccounts(dying, configCache(dying), asked);
  assert.equal(report?.outcome, 'synced');
  assert.equal((await readHead(yard.deps.table, ref))?.untold?.size, 1);
  await checkUntilQuiet(yard, ref);
  const [message] = yard.sent;
  yard.sent.length = 0;
  assert.equal(message?.tell, true);

  // It dies at each of its database calls in turn, and the queue hands the message out again when it is no longer hidden.
  let died = 0;
  for (; died < 60; died += 1) {
    const calls = { left: died };
    const doomed = { ...deps, table: dyingTable(deps.table, calls) };
    await checkAccounts(doomed, configCache(doomed), message as CheckMessage).catch(() => undefined);
    yard.clock.skewMs += 400_000;
    if (calls.left > 0) break;
  }
  assert.ok(died > 8 && died < 60, `it had ${died} calls`);
  const ids = new Set(receiver.received.map(({ event }) => event.id));
  assert.deepEqual([[...new Set(receiver.types())], ids.size], [['message.arrived'], 1]);
  receiver.received.length = 0;
  await work(message as CheckMessage);
  assert.deepEqual(receiver.types(), [], 'what was delivered is crossed off');
});

test('nothing is sent to addresses that are not public, and an owner is told no more than that', async () => {
  const ref = await settle('fay');
  const { id } = await hook(ref, { url: 'https://10.0.0.7/hook' });
  const refusing = apiOver({ ...deps, egress: { ...deps.egress, allows: () => false } });
  const path = `/v1/webhooks/${id}/test`;
  const refused = await refusing('POST', path, { tenant: ref.tenant });
  assert.deepEqual([refused.json['delivered'], refused.json['reason']] as unknown[], [false, 'address-refused']);
  for (const url of [
    'http://example.com/',
    'https://user:pass@example.com/',
    'file:///etc/passwd',
    'https://a.b/#x',
    'x',
  ]) {
    const answer = await call('POST', '/v1/webhooks', { tenant: ref.tenant, body: { url } });
    assert.equal(answer.status, 422, url);
  }
});

test('a test delivery is signed; the secret is shown once', async () => {
  const ref = await settle('gus');
  const { id, secret } = await hook(ref);
  const tested = await call('POST', `/v1/webhooks/${id}/test`, { tenant: ref.tenant });
  assert.deepEqual([tested.status, tested.json['delivered'], tested.json['status']] as unknown[], [200, true, 204]);
  const [one] = receiver.received;
  assert.ok(one !== undefined);
  assert.deepEqual(receiver.verify(secret, one), one.event);
  assert.throws(() => receiver.verify(`whsec_${Buffer.alloc(32, 7).toString('base64')}`, one));
  assert.throws(() => receiver.verify(secret, { ...one, body: `${one.body} ` }));
  for (const path of ['/v1/webhooks', `/v1/webhooks/${id}`]) {
    assert.doesNotMatch((await call('GET', path, { tenant: ref.tenant })).text, /whsec|secret/);
  }
});

test('a replay sends what happened since a time, with the same ids; one that was disabled for days is resumed', async () => {
  const ref = await settle('hal');
  const { id } = await hook(ref, { events: ['message.arrived'] });
  const since = new Date(yard.deps.now()).toISOString();
  for (let i = 0; i < 3; i += 1) {
    await oracle.deliver('hal', 'INBOX', letter());
    await check(ref);
  }
  await workOff();
  const ids = receiver.received.map(({ event }) => event.id);
  assert.equal(new Set(ids).size, 3);
  const replay = (query: string) =>
    call('POST', `/v1/webhooks/${id}/replay`, { tenant: ref.tenant, query: new URLSearchParams(query).toString() });
  assert.equal((await replay(`since=${since}`)).status, 202);
  await workOff();
  assert.deepEqual(
    receiver.received.slice(3).map(({ event }) => event.id),
    ids,
  );
  assert.equal((await replay('since=2001-01-01T00:00:00Z')).status, 422);

  receiver.received.length = 0;
  receiver.step.reply = () => 503;
  await oracle.deliver('hal', 'INBOX', letter());
  await check(ref);
  await workOff();
  for (let i = 0; i < 40 && (await stateOf(ref, id))['disabled'] === undefined; i += 1) {
    yard.clock.skewMs += 6 * 3_600_000 + 60_000;
    await dispatchChecks(yard.deps, Math.floor(yard.deps.now() / 1_000), []);
    await workOff();
  }
  assert.match(String((await stateOf(ref, id))['disabled']?.['reason']), /for 5 days/);
  receiver.received.length = 0;
  receiver.step.reply = () => 204;
  await call('POST', `/v1/webhooks/${id}/resume`, { tenant: ref.tenant });
  await workOff();
  assert.deepEqual(receiver.types(), ['message.arrived']);
  assert.equal((await stateOf(ref, id))['disabled'], undefined);
});

test('an owner hears when an account has to be reconnected', async () => {
  const ref = await settle('ida');
  await hook(ref);
  const wrong = await yard.addAccount(server, 'ida', { tenant: ref.tenant, password: 'canary-password-wrong' });
  const [report] = await yard.check(wrong);
  assert.equal(report?.outcome, 'failed');
  await workOff();
  assert.deepEqual(receiver.types(), ['account.reconnectNeeded']);
  assert.equal(receiver.received[0]?.event.data['code'] as unknown, 'imap.auth-failed');
});
