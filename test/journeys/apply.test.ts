/** Rules applied to mail that is there: told first, confirmed by what was told, done in slices, cancelled, undone. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { capabilityWithout, type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { type Faults, faultsOn, killAt } from '../support/faults.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { startRefusingServer } from '../support/refusing-server.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';
import { apiOver, type CallApi } from '../support/yard-api.ts';

type Applied = {
  readonly token: string;
  readonly messages: number;
  readonly beyondLimits: boolean;
  readonly folders: readonly { readonly path: string; readonly examined: number; readonly matched: number }[];
  readonly samples: readonly { readonly subject: string; readonly wouldDo: readonly string[] }[];
  readonly application?: Application;
};
type Application = {
  readonly id: string;
  readonly state: string;
  readonly reason?: string;
  readonly messages: number;
  readonly processed: number;
  readonly refused: number;
  readonly runIds: readonly string[];
};

const RULE = {
  name: 'Bills',
  mode: 'off',
  trigger: { type: 'manual' },
  conditions: { subject: 'invoice' },
  actions: [{ type: 'markSeen' }, { type: 'move', mailbox: { path: 'Bills' }, create: true }],
};

describe('rules applied to mail that is there', () => {
  let server: Dovecot;
  let old: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let api: CallApi;
  let faults: Faults;
  let ref: AccountRef;
  let count = 0;
  let user = '';
  const limits = LIMITS as unknown as { applyMessagesPerRun: number; applyPieceBytesMax: number };
  const untouched = { ...LIMITS };

  before(async () => {
    const users = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`user${i + 1}`, 'secret']));
    server = await startDovecot({ users });
    old = await startDovecot({
      users,
      capability: capabilityWithout('ESEARCH', 'MOVE', 'UIDPLUS', 'CONDSTORE', 'QRESYNC'),
    });
    yard = await startYard();
    api = apiOver(yard.deps);
    faults = faultsOn(yard.deps.table);
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
    await old?.stop();
  });
  afterEach(() => {
    Object.assign(limits, untouched);
  });

  const start = async (subjects: readonly string[], on = server, through: Parameters<Yard['addAccount']>[0] = on) => {
    count += 1;
    user = `user${count}`;
    oracle = dovecotOracle(on);
    ref = await yard.addAccount(through, user, { tenant: `tenant-${count}` });
    await oracle.deliverAll(
      user,
      'INBOX',
      subjects.map((subject) => ({ source: letter({ subject }), flags: [] })),
    );
    await checkUntilQuiet(yard, ref);
  };
  const call = async (method: string, path: string, body?: unknown) =>
    await api(method, path, { tenant: ref.tenant, ...(body === undefined ? {} : { body }) });
  const addRule = async (rule: object = RULE): Promise<string> => {
    const { status, json: body } = await call('POST', '/v1/rules', rule);
    assert.equal(status, 201, JSON.stringify(body));
    return String(body['id']);
  };
  const apply = async (ruleId: string, more: object = {}) => {
    const { status, json: body } = await call('POST', `/v1/rules/${ruleId}/apply`, {
      accountId: ref.accountId,
      ...more,
    });
    return { status, body: body as unknown as Applied & { readonly type?: string } };
  };
  const told = async (ruleId: string, more: object = {}): Promise<Applied> => {
    const { status, body } = await apply(ruleId, more);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const confirmed = async (ruleId: string, more: object = {}): Promise<Application> => {
    const { token } = await told(ruleId, more);
    const { application } = await told(ruleId, { ...more, token });
    assert.ok(application);
    return application;
  };
  const progress = async (id: string): Promise<Application> =>
    (await call('GET', `/v1/accounts/${ref.accountId}/applications/${id}`)).json as unknown as Application;
  const subjects = async (path: string) => (await oracle.listMessages(user, path)).length;
  const isLevel = async (...paths: string[]) => {
    for (const path of paths)
      assert.deepEqual(await mirrorOf(yard, ref, path), await oracle.listMessages(user, path), path);
  };

  it('tells what it would do and changes nothing; what is confirmed is done, proved and undone', async () => {
    await start(['An invoice', 'Holiday', 'Your invoice', 'Minutes', 'invoice 3']);
    const ruleId = await addRule();
    const would = await told(ruleId);
    assert.equal(would.messages, 3);
    assert.deepEqual(would.folders, [{ path: 'INBOX', messages: 5, examined: 3, matched: 3 }]);
    assert.deepEqual(
      would.samples.map(({ subject }) => subject),
      ['An invoice', 'Your invoice', 'invoice 3'],
    );
    assert.deepEqual(would.samples[0]?.wouldDo, ['+$seen', 'move to Bills']);
    assert.equal(await subjects('INBOX'), 5);

    const { application } = await told(ruleId, { token: would.token });
    assert.equal(application?.state, 'running');
    const again = await apply(ruleId, { token: would.token });
    assert.equal(again.body.application?.id, application.id, 'sent again it is the same');
    await checkUntilQuiet(yard, ref);
    const done = await progress(application.id);
    assert.deepEqual([done.state, done.messages, done.processed, done.runIds.length], ['done', 3, 3, 1]);
    assert.deepEqual([await subjects('INBOX'), await subjects('Bills')], [2, 3]);
    assert.ok((await oracle.listMessages(user, 'Bills')).every(({ flags }) => flags.includes('\\Seen')));
    await isLevel('INBOX', 'Bills');

    const undone = await call('POST', `/v1/accounts/${ref.accountId}/undo`, { runId: done.runIds[0] });
    assert.equal(undone.status, 200, undone.text);
    assert.deepEqual([await subjects('INBOX'), await subjects('Bills')], [5, 0]);
  });

  it('a confirmation is stale once the rule would do something else', async () => {
    await start(['An invoice', 'Holiday']);
    const ruleId = await addRule();
    const { token } = await told(ruleId);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'One more invoice' }));
    const stale = await apply(ruleId, { token });
    assert.deepEqual([stale.status, stale.body.type?.split(/[:/#]/).at(-1)], [409, 'apply.stale']);
    assert.equal((await apply(ruleId, { token: 'nonsense' })).status, 409);
    await checkUntilQuiet(yard, ref);
    assert.equal(await subjects('INBOX'), 3);
  });

  it('goes on in slices, and beyond what a rule may do by itself', async () => {
    limits.applyMessagesPerRun = 2;
    limits.applyPieceBytesMax = 3;
    await start(Array.from({ length: 7 }, (_, i) => (i % 3 === 2 ? 'Holiday' : `invoice ${i}`)));
    const ruleId = await addRule({ ...RULE, limits: { messagesPerRun: 1 } });
    assert.equal((await told(ruleId)).beyondLimits, true);
    const { id } = await confirmed(ruleId);
    const [first] = await yard.check(ref);
    assert.equal(first?.outcome, 'synced');
    assert.deepEqual([(await progress(id)).state, (await progress(id)).processed], ['running', 2]);
    await checkUntilQuiet(yard, ref);
    const done = await progress(id);
    assert.deepEqual([done.state, done.processed, done.runIds.length], ['done', 5, 3]);
    assert.deepEqual([await subjects('INBOX'), await subjects('Bills')], [2, 5]);
    await isLevel('INBOX', 'Bills');
  });

  it('can be cancelled between two slices, and stops where the rule was changed', async () => {
    limits.applyMessagesPerRun = 2;
    limits.applyPieceBytesMax = 3;
    await start(Array.from({ length: 8 }, (_, i) => (i % 2 === 1 ? 'Holiday' : `invoice ${i}`)));
    const ruleId = await addRule();
    const { id } = await confirmed(ruleId);
    await yard.check(ref);
    const ended = await call('DELETE', `/v1/accounts/${ref.accountId}/applications/${id}`);
    assert.equal(ended.json['state'], 'cancelled');
    await checkUntilQuiet(yard, ref);
    assert.deepEqual([(await progress(id)).state, await subjects('Bills')], ['cancelled', 2]);

    const other = await confirmed(ruleId);
    await call('DELETE', `/v1/accounts/${ref.accountId}/applications/nobody`);
    const read = await call('GET', `/v1/rules/${ruleId}`);
    const put = await api('PUT', `/v1/rules/${ruleId}`, {
      tenant: ref.tenant,
      headers: { 'if-match': read.headers['etag'] ?? '' },
      body: { ...RULE, conditions: { subject: 'holiday' } },
    });
    assert.equal(put.status, 200, put.text);
    await checkUntilQuiet(yard, ref);
    const stopped = await progress(other.id);
    assert.deepEqual([stopped.state, stopped.processed, await subjects('Bills')], ['stopped', 0, 2]);
    assert.match(stopped.reason ?? '', /changed/);
  });

  it('looks at every message where the server cannot be asked, and works on a server that can do little', async () => {
    await start(['An invoice', 'Holiday', 'Your invoice'], old);
    const ruleId = await addRule({ ...RULE, conditions: { subject: { matches: '*INVOICE*' } } });
    const would = await told(ruleId, { mailboxes: [{ role: 'inbox' }] });
    assert.equal(would.messages, 2);
    await confirmed(ruleId);
    await checkUntilQuiet(yard, ref);
    assert.equal(await subjects('Bills'), 2);
  });

  it('a message that the server will not show holds up no other, and is told of', async () => {
    const refusing = await startRefusingServer(server);
    try {
      await start(['One', 'Two', 'Three'], server, refusing);
      const application = await confirmed(await addRule({ ...RULE, conditions: { body: 'Hi there' } }));
      refusing.refused = 1;
      await checkUntilQuiet(yard, ref);
      const done = await progress(application.id);
      assert.deepEqual([done.state, done.messages, done.processed, done.refused], ['done', 3, 3, 1]);
      assert.deepEqual([await subjects('INBOX'), await subjects('Bills')], [1, 2]);
    } finally {
      await refusing.stop();
    }
  });

  it('several rules are applied as to new mail, in their sequence', async () => {
    await start(['An invoice', 'urgent invoice', 'urgent']);
    const first = await addRule({
      name: 'Urgent',
      mode: 'live',
      sequence: 1,
      conditions: { subject: 'urgent' },
      actions: [{ type: 'flag' }],
    });
    const second = await addRule({ ...RULE, sequence: 2 });
    const { id } = await confirmed(second, { alsoRuleIds: [first] });
    await checkUntilQuiet(yard, ref);
    assert.equal((await progress(id)).state, 'done');
    const bills = (await oracle.listMessages(user, 'Bills')).map(({ flags }) => flags.includes('\\Flagged'));
    assert.deepEqual(bills, [false, true]);
    assert.equal(await subjects('INBOX'), 1);
  });

  it('is gone on with wherever a worker dies', async () => {
    limits.applyMessagesPerRun = 2;
    limits.applyPieceBytesMax = 3;
    // The first is not disturbed, and tells how many calls there are.
    let calls = 0;
    for (let at = 1_000; at > 999 || at <= calls; at = at > 999 ? 1 : at + 3) {
      await start(Array.from({ length: 4 }, (_, i) => (i === 1 ? 'Holiday' : `invoice ${i}`)));
      const ruleId = await addRule();
      const { id } = await confirmed(ruleId);
      faults.set(killAt(at, at % 2 === 1 ? 'before' : 'after'));
      await yard.check(ref).catch(() => undefined);
      if (at === 1_000) calls = faults.calls();
      faults.clear();
      yard.clock.skewMs += (LIMITS.leaseSeconds + 1) * 1_000;
      await checkUntilQuiet(yard, ref);
      const why = `killed at call ${at}`;
      assert.deepEqual([(await progress(id)).state, (await progress(id)).processed], ['done', 3], why);
      assert.deepEqual([await subjects('INBOX'), await subjects('Bills')], [1, 3], why);
      await isLevel('INBOX', 'Bills');
    }
    assert.ok(calls > 10);
  });

  it('says plainly what is not there', async () => {
    await start(['Holiday']);
    const ruleId = await addRule();
    assert.equal((await apply('nobody')).status, 404);
    assert.equal((await apply(ruleId, { mailboxes: [{ path: 'Nowhere' }] })).status, 404);
    assert.equal((await apply(ruleId, { accountId: 'nobody' })).status, 404);
    assert.equal((await apply(ruleId, { mailboxes: [] })).status, 422);
    const { application } = await told(ruleId, { token: (await told(ruleId)).token });
    assert.equal(application?.state, 'done', 'nothing is to be done');
  });
});
