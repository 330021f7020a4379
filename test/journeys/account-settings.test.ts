/** What an owner changes about an account while it is at work: roles, pauses, its password. On a real server. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Answered, assertProblem, type Call, listed, pointersOf } from '../api/api-under-test.ts';
import { createCertificate } from '../support/certificates.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';
import { apiOver } from '../support/yard-api.ts';

const OLD = 'alice-password';
const NEW = 'another-password';

describe('an account whose owner changes it', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;
  let call: (method: string, below: string, options?: Call) => Promise<Answered>;

  before(async () => {
    server = await startDovecot({ users: { alice: OLD } });
    oracle = dovecotOracle(server);
    yard = await startYard();
    ref = await yard.addAccount(server, 'alice');
    const api = apiOver(yard.deps);
    call = (method, below, options) =>
      api(method, `/v1/accounts/${ref.accountId}${below}`, { tenant: ref.tenant, ...options });
    await yard.addRule(ref, {
      name: 'Invoices',
      conditions: { subject: 'invoice' },
      actions: [{ type: 'move', mailbox: { role: 'archive' } }],
    });
    await checkUntilQuiet(yard, ref);
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const deliver = () => oracle.deliver('alice', 'INBOX', letter({ subject: 'Invoice' }));
  const countIn = async (folder: string) => (await oracle.listMessages('alice', folder)).length;
  const change = (body: object, ifMatch: string) =>
    call('PATCH', '', { body, headers: ifMatch === '' ? {} : { 'If-Match': ifMatch } });

  it('files where the owner says the archive is, whatever the server says, and takes that back', async () => {
    await server.doveadm(['mailbox', 'create', '-u', 'alice', 'Papers']);
    assertProblem(await change({ roles: { archive: 'Papers' } }, ''), 'precondition.required', 428);
    assertProblem(await change({ roles: { archive: 'Papers' } }, '"7"'), 'precondition.failed', 412);
    const changed = await change({ roles: { archive: 'Papers' }, name: 'Alice at work' }, '"1"');
    assert.deepEqual([changed.status, changed.headers['etag'], changed.json['name']], [200, '"2"', 'Alice at work']);
    await deliver();
    await checkUntilQuiet(yard, ref);
    assert.deepEqual([await countIn('Papers'), await countIn('Archive')], [1, 0]);
    const archives = async () =>
      listed(await call('GET', '/folders'), 'folders')
        .filter(({ role }) => String(role) === 'archive')
        .map((folder) => String(folder['path']));
    assert.deepEqual(await archives(), ['Papers']);

    assert.equal((await change({ roles: null }, '"2"')).json['roles'], undefined);
    await deliver();
    await checkUntilQuiet(yard, ref);
    assert.deepEqual([await countIn('Papers'), await countIn('Archive'), await archives()], [1, 1, ['Archive']]);
  });

  it('refuses a change that names what may not be changed', async () => {
    const bad = { host: 'elsewhere.test', pollSeconds: 61, roles: { inbox: 'Papers', archive: 'a*b' } };
    const answer = await change(bad, '*');
    assertProblem(answer, 'validation.failed', 422);
    assert.deepEqual(pointersOf(answer), ['/host', '/pollSeconds', '/roles/archive', '/roles/inbox']);
  });

  it('is polled as often as it now says', async () => {
    assert.equal((await change({ pollSeconds: 3_600 }, '*')).json['pollSeconds'], 3_600);
    const next = Date.parse(String((await call('GET', '/health')).json['nextCheckAt']));
    assert.ok(next > yard.deps.now() && next <= yard.deps.now() + 3_600_000);
  });

  it('is left alone while it is paused, also when asked for by hand, and looked at as soon as it is resumed', async () => {
    assert.equal((await call('POST', '/pause')).json['state'], 'paused');
    await deliver();
    assert.equal((await yard.check(ref))[0]?.outcome, 'left');
    assertProblem(await call('POST', '/sync'), 'account.paused', 409);
    const health = (await call('GET', '/health')).json;
    assert.deepEqual([health['state'], health['nextCheckAt']], ['paused', undefined]);
    assert.equal(await countIn('INBOX'), 1);

    const asked = yard.sent.length;
    assert.equal((await call('POST', '/resume')).json['state'], 'active');
    assert.equal(yard.sent.length, asked + 1);
    assert.equal((await call('POST', '/resume')).status, 200, 'once more is nothing');
    assert.equal(yard.sent.length, asked + 1);
    await checkUntilQuiet(yard, ref);
    assert.equal(await countIn('INBOX'), 0);
  });

  it('tells what is wrong and the way out, and goes on with a new password where it stood', async () => {
    const file = path.join(server.dir, 'passwd');
    writeFileSync(file, readFileSync(file, 'utf8').replace(OLD, NEW));
    // Dovecot looks at the file once a second.
    await sleep(1_100);
    await deliver();
    assert.equal((await yard.check(ref))[0]?.outcome, 'failed');
    const { json } = await call('GET', '/health');
    assert.deepEqual(
      [json['state'], json['failure']?.['code'], json['nextCheckAt']],
      ['reconnectNeeded', 'imap.auth-failed', undefined],
    );
    assert.match(String(json['failure']?.['remedy']), /^Replace the credential/);

    const etag = String((await call('GET', '')).headers['etag']);
    const put = (password: string, ifMatch = etag) =>
      call('PUT', '/credential', { body: { password }, headers: { 'If-Match': ifMatch } });
    assertProblem(await put(NEW, '"1"'), 'precondition.failed', 412);
    const refused = await put('still-wrong');
    assertProblem(refused, 'imap.auth-failed', 422);
    assert.deepEqual(pointersOf(refused), ['/password']);
    assert.equal((await call('GET', '')).headers['etag'], etag, 'the old one stays');

    const { firstSyncAt } = (await call('GET', '')).json;
    const asked = yard.sent.length;
    const put1 = await put(NEW);
    assert.deepEqual([put1.status, put1.json['state'], put1.json['failure']], [200, 'active', undefined], put1.text);
    assert.notEqual(put1.headers['etag'], etag);
    assert.equal(yard.sent.length, asked + 1);
    const [report] = await yard.check(ref);
    assert.ok(report?.outcome === 'synced');
    // The one message that waited, and none of those that were known: nothing was synced anew.
    assert.deepEqual([report.sync.arrived, report.sync.effects.move], [1, 1]);
    assert.equal((await call('GET', '')).json['firstSyncAt'], firstSyncAt);
  });

  it('goes on where it stood once its owner says what a server with another certificate is known by', async () => {
    const { certPem, keyPem, caPem } = await createCertificate();
    writeFileSync(path.join(server.dir, 'cert.pem'), certPem);
    writeFileSync(path.join(server.dir, 'key.pem'), keyPem);
    await server.doveadm(['reload']);
    await deliver();
    const [failed] = await yard.check(ref);
    assert.ok(failed?.outcome === 'failed' && failed.code === 'imap.certificate', JSON.stringify(failed));

    const put = async (body: object) => {
      const { headers } = await call('GET', '');
      return await call('PUT', '/credential', { body, headers: { 'If-Match': String(headers['etag']) } });
    };
    const before = (await call('GET', '')).json;
    const pin = new X509Certificate(certPem).fingerprint256;
    const refusals: [object, string, string][] = [
      [{ password: NEW }, 'imap.certificate', '/ca'],
      [{ password: NEW, ca: null }, 'imap.certificate', '/ca'],
      [{ password: NEW, ca: caPem, pin: pin.replaceAll(/[0-9]/g, '0') }, 'imap.certificate-other-key', '/pin'],
      [{ password: OLD, ca: caPem }, 'imap.auth-failed', '/password'],
      [{ password: NEW, ca: 'none' }, 'validation.failed', '/ca'],
      [{ ca: caPem }, 'validation.failed', '/password'],
    ];
    for (const [body, code, pointer] of refusals) {
      const answer = await put(body);
      assertProblem(answer, code, 422);
      assert.deepEqual(pointersOf(answer), [pointer]);
    }
    const { ca, updatedAt } = (await call('GET', '')).json;
    assert.deepEqual([ca, updatedAt], [before['ca'], before['updatedAt']], 'what was refused changed nothing');

    const taken = await put({ password: NEW, ca: caPem, pin });
    assert.deepEqual([taken.status, taken.json['ca'], taken.json['pin']], [200, caPem, pin], taken.text);
    const [report] = await yard.check(ref);
    assert.ok(report?.outcome === 'synced', JSON.stringify(report));
    assert.deepEqual([report.sync.arrived, report.sync.effects.move], [1, 1]);
    assert.equal((await call('GET', '')).json['firstSyncAt'], before['firstSyncAt']);
    const unpinned = await put({ password: NEW, pin: null });
    assert.deepEqual([unpinned.json['ca'], unpinned.json['pin']], [caPem, undefined]);
  });
});
