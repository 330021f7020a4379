/** The rarer events, the EventBridge bus, and a secret that is changed while a receiver listens. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import { type HookedYard, startHookedYard } from '../support/hooked-yard.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet } from '../support/yard.ts';

const USERS = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal', 'ida'];
const BUS = 'eventbridge:';
let { oracle, receiver, bridge, yard, call, workOff, settle, hook, check, reset, stop } = {} as HookedYard;
before(async () => {
  ({ oracle, receiver, bridge, yard, call, workOff, settle, hook, check, reset, stop } = await startHookedYard(USERS));
});
after(() => stop?.());
afterEach(() => reset());

const deliver = (user: string, count: number, subject = 'hello', body = 'Hello.') =>
  oracle.deliverAll(
    user,
    'INBOX',
    Array.from({ length: count }, () => ({ source: letter({ subject, body }) })),
  );

test('rule.paused says which rule reached too far and with which messages, once', async () => {
  const ref = await settle('ann');
  await hook(ref, { events: ['rule.*'] });
  const rule = await yard.addRule(ref, {
    name: 'Too far',
    conditions: { subject: 'hello' },
    actions: [{ type: 'trash' }],
    limits: { messagesPerRun: 3 },
  });
  await deliver('ann', 4);
  await check(ref);
  await workOff();
  assert.deepEqual(receiver.types(), ['rule.paused']);
  const data: Readonly<Record<string, unknown>> = receiver.received[0]?.event.data ?? {};
  assert.deepEqual(
    [data['ruleId'], data['ruleName'], data['messageCount'], data['path']],
    [rule.id, 'Too far', 4, 'INBOX'],
  );
  await deliver('ann', 1);
  await check(ref);
  await workOff();
  assert.equal(receiver.received.length, 1, 'a rule that is paused is not paused again');
});

test('rule.wouldApply says what a rule in shadow mode would have done, and nothing is done', async () => {
  const ref = await settle('bob');
  await hook(ref, { events: ['rule.*'] });
  const rule = await yard.addRule(ref, {
    name: 'Shadow',
    mode: 'shadow',
    conditions: { subject: 'hello' },
    actions: [{ type: 'flag' }],
  });
  await deliver('bob', 2);
  await check(ref);
  await workOff();
  assert.deepEqual(receiver.types(), ['rule.wouldApply']);
  const data: Readonly<Record<string, unknown>> = receiver.received[0]?.event.data ?? {};
  assert.deepEqual(
    [data['ruleId'], data['action'], data['messageCount'], data['keywordsAdded']],
    [rule.id, 'store', 2, ['$flagged']],
  );
  const flags = (await oracle.listMessages('bob', 'INBOX')).map((message) => message.flags.includes('\\Flagged'));
  assert.deepEqual(flags, [false, false]);
});

test('folder.reset says that the ids of a folder are void, and none of its messages is new', async () => {
  const ref = await settle('cid');
  await deliver('cid', 2);
  await checkUntilQuiet(yard, ref);
  await hook(ref);
  await oracle.setUidValidity('cid', 'INBOX', 1_234_567_890);
  await check(ref);
  await workOff();
  assert.deepEqual(receiver.types(), ['folder.reset']);
  const data: Readonly<Record<string, unknown>> = receiver.received[0]?.event.data ?? {};
  assert.deepEqual([data['path'], data['uidValidity']], ['INBOX', 1_234_567_890]);
});

test('the bus is given what its owner asked for, ten events at once, without a word of what is in them unless asked', async () => {
  const ref = await settle('dan');
  for (let n = 0; n < 12; n += 1) await oracle.createFolder('dan', `Plans ${n}`);
  await checkUntilQuiet(yard, ref);
  await hook(ref, { url: BUS, events: ['message.arrived', 'rule.applied', 'folder.deleted'] });
  await hook(ref, { url: BUS, events: ['message.arrived'], includeSubjects: true, includeBodies: true });
  for (let n = 0; n < 12; n += 1) await oracle.deliver('dan', `Plans ${n}`, letter({ subject: 'canary-subject-5' }));
  await check(ref);
  await workOff();
  assert.deepEqual(bridge.requests.toSorted(), [10, 10, 2, 2]);
  assert.equal(new Set(bridge.events.map(({ detail }) => detail.id)).size, 12);
  for (const { source, detailType, detail } of bridge.events) {
    assert.deepEqual(
      [source, detailType, detail.type, detail.tenant, detail.accountId],
      ['mailyard', 'message.arrived', 'message.arrived', ref.tenant, ref.accountId],
    );
  }
  const shown = bridge.events.filter(({ detail }) => JSON.stringify(detail).includes('canary-subject-5'));
  assert.equal(shown.length, 12, 'the one that asked for subjects has them, the other has not');
  assert.deepEqual(receiver.received, []);
});

test('of what the bus takes in part the rest is put again at once, and what it still refuses waits its time', async () => {
  const ref = await settle('eve');
  for (let n = 0; n < 5; n += 1) await oracle.createFolder('eve', `Plans ${n}`);
  await checkUntilQuiet(yard, ref);
  const { id } = await hook(ref, { url: BUS, events: ['message.arrived'] });
  const toAll = async () => {
    for (let n = 0; n < 5; n += 1) await oracle.deliver('eve', `Plans ${n}`, letter());
    await check(ref);
    await workOff();
  };
  // Two of five are refused the first time they come.
  const seen = new Set<string>();
  bridge.step.entry = (detail) => {
    const isFirst = !seen.has(detail.id);
    seen.add(detail.id);
    return isFirst && seen.size > 3 ? 'InternalFailure' : undefined;
  };
  await toAll();
  assert.deepEqual(bridge.requests, [5, 2]);
  assert.equal(bridge.events.length, 5);
  assert.equal(new Set(bridge.events.map((event) => event.detail.id)).size, 5, 'what was taken is not put again');

  // One is refused for as long as this minute lasts.
  bridge.reset();
  const refused = new Set<string>();
  bridge.step.entry = (detail) => {
    if (refused.size === 0) refused.add(detail.id);
    return refused.has(detail.id) ? 'ThrottlingException' : undefined;
  };
  await toAll();
  const state = (await call('GET', `/v1/webhooks/${id}`, { tenant: ref.tenant })).json;
  assert.equal(String(state['lastFailure']?.['reason']), 'bus-ThrottlingException');
  bridge.step.entry = () => undefined;
  yard.clock.skewMs += 61_000;
  await dispatchChecks(yard.deps, Math.floor(yard.deps.now() / 1_000), []);
  await workOff();
  const ids = bridge.events.map((event) => event.detail.id);
  assert.equal(new Set(ids).size, 5, 'none is lost');
  assert.ok(ids.includes([...refused][0] ?? ''));

  // Where not one is looked at, as where the role may not, the webhook says why.
  bridge.step.request = () => 'AccessDeniedException';
  await toAll();
  const denied = (await call('GET', `/v1/webhooks/${id}`, { tenant: ref.tenant })).json;
  assert.equal(String(denied['lastFailure']?.['reason']), 'bus-AccessDeniedException');
});

test('an event too large for the bus goes without the text of its messages', async () => {
  const ref = await settle('fay');
  await hook(ref, { url: BUS, events: ['message.arrived'], includeSubjects: true, includeBodies: true });
  // Six bytes a character, once it is written in JSON.
  await deliver('fay', 4, 'large', '\u0001'.repeat(100_000));
  await check(ref);
  await workOff();
  const [event] = bridge.events;
  const rows = (event?.detail.data['messages'] ?? []) as Record<string, unknown>[];
  assert.deepEqual(
    rows.map((row) => [row['subject'], 'text' in row]),
    Array(4).fill(['large', false]),
  );
});

test('what an owner does to a folder through the API is told at once, without a check', async () => {
  const ref = await settle('ida');
  await hook(ref, { events: ['folder.*'] });
  const made = await call('POST', `/v1/accounts/${ref.accountId}/folders`, {
    tenant: ref.tenant,
    body: { path: 'New' },
  });
  assert.equal(made.status, 200, made.text);
  await workOff();
  assert.deepEqual(receiver.types(), ['folder.created']);
  await checkUntilQuiet(yard, ref);
  await workOff();
  assert.equal(receiver.received.length, 1, 'once');
});

test('where a deployment has no bus, none can be named', async () => {
  const ref = await settle('gus');
  const { hasEventBus: _, putEvents: __, ...without } = yard.deps;
  const { apiOver } = await import('../support/yard-api.ts');
  const refused = await apiOver(without)('POST', '/v1/webhooks', { tenant: ref.tenant, body: { url: BUS } });
  assert.equal(refused.status, 422, refused.text);
  assert.match(refused.text, /"pointer":"\/url"/);
  const { id } = await hook(ref, { url: BUS });
  const tested = await call('POST', `/v1/webhooks/${id}/test`, { tenant: ref.tenant });
  assert.equal(tested.json['delivered'] as unknown, true, tested.text);
  assert.deepEqual(
    bridge.events.map(({ detailType }) => detailType),
    ['webhook.test'],
  );
});

test('while a secret is changed both sign; after that the new one alone, and one that leaked ends at once', async () => {
  const ref = await settle('hal');
  const { id, secret: first } = await hook(ref);
  const rotate = async (query = ''): Promise<string> => {
    const answer = await call('POST', `/v1/webhooks/${id}/rotate-secret`, { tenant: ref.tenant, query });
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json['secret']);
  };
  /** Which of the secrets a receiver could hold and take what is sent now. */
  const knownBy = async (...secrets: readonly string[]): Promise<boolean[]> => {
    receiver.received.length = 0;
    await call('POST', `/v1/webhooks/${id}/test`, { tenant: ref.tenant });
    const [one] = receiver.received;
    assert.ok(one !== undefined);
    return secrets.map((secret) => {
      try {
        receiver.verify(secret, one);
        return true;
      } catch {
        return false;
      }
    });
  };
  const second = await rotate();
  assert.notEqual(second, first);
  assert.deepEqual(await knownBy(first, second), [true, true]);
  // The answer with a secret may have been lost: the one that the receiver holds goes on.
  const third = await rotate('overlapSeconds=600');
  assert.deepEqual(await knownBy(first, second, third), [true, true, true]);
  const settings = { url: receiver.url, description: 'renamed' };
  await call('PUT', `/v1/webhooks/${id}`, { tenant: ref.tenant, headers: { 'If-Match': '"1"' }, body: settings });
  assert.deepEqual(await knownBy(first, second, third), [true, true, true], 'replacing it keeps them');
  // A receiver refuses what is minutes off its own clock: the library's check needs the true time.
  yard.clock.skewMs = 0;
  const fourth = await rotate('overlapSeconds=0');
  assert.deepEqual(await knownBy(first, second, third, fourth), [false, false, false, true]);
  const fifth = await rotate('overlapSeconds=1');
  assert.deepEqual(await knownBy(fourth, fifth), [true, true]);
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  assert.deepEqual(await knownBy(fourth, fifth), [false, true]);
  for (let n = 0; n < 3; n += 1) await rotate();
  const refused = await call('POST', `/v1/webhooks/${id}/rotate-secret`, { tenant: ref.tenant });
  assert.equal(refused.status, 409, refused.text);
});
