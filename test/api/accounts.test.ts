import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { formatMessageId } from '../../shared/mail/message.ts';
import { readAccount } from '../../shared/store/accounts.ts';
import { writeCursorPages } from '../../shared/store/cursors.ts';
import { readHead } from '../../shared/store/head.ts';
import { createCertificate } from '../support/certificates.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { dovecotOracle } from '../support/dovecot-oracle.ts';
import { freePort } from '../support/free-port.ts';
import { type ApiUnderTest, assertProblem, listed, pointersOf, putAccount, startApi } from './api-under-test.ts';

const CANARY = 'canary-passw0rd-7391';

let api: ApiUnderTest;
let server: Dovecot;
/** Everything that was answered; the canary must not be in it. */
const said: string[] = [];
before(async () => {
  [api, server] = await Promise.all([startApi(), startDovecot({ users: { alice: CANARY, bob: 'other' } })]);
});
after(async () => {
  await Promise.all([api.stop(), server.stop()]);
});

const settings = () => ({
  host: 'localhost',
  port: server.port,
  tls: 'implicit',
  user: 'alice',
  password: CANARY,
  address: 'alice@example.test',
  ca: server.ca,
});
const post = async (body: unknown, tenant = 'acme', headers: Record<string, string> = {}) => {
  const answer = await api.call('POST', '/v1/accounts', { tenant, body, headers });
  said.push(answer.text, JSON.stringify(answer.headers));
  return answer;
};

test('an account is added after a login that worked, listed, read and deleted', async () => {
  const made = await post({ ...settings(), name: 'Home' }, 'life');
  assert.equal(made.status, 201, made.text);
  const id = String(made.json['id']);
  assert.deepEqual([made.headers['location'], made.headers['etag']], [`/v1/accounts/${id}`, '"1"']);
  const { createdAt, updatedAt, ...rest } = made.json;
  assert.equal(createdAt, updatedAt);
  const { password: _password, ...shown } = settings();
  const more = { id, name: 'Home', pollSeconds: 60, applyToExisting: false, state: 'active' };
  assert.deepEqual(rest, { ...shown, ...more });

  const path = `/v1/accounts/${id}`;
  const read = await api.call('GET', path, { tenant: 'life' });
  assert.deepEqual([read.json, read.headers['etag']], [made.json, '"1"']);
  assert.deepEqual(listed(await api.call('GET', '/v1/accounts', { tenant: 'life' }), 'accounts'), [made.json]);

  const stored = await readAccount(api.table, 'life', id);
  const ref = { tenant: 'life', accountId: id };
  assert.deepEqual(await api.deps.vault.open(stored?.credential ?? '', ref), { kind: 'password', password: CANARY });
  assert.match((await readHead(api.table, ref))?.pollGroup ?? '', /^60#[0-3]$/);

  assertProblem(await api.call('DELETE', path, { tenant: 'life' }), 'precondition.required', 428);
  const other = { tenant: 'life', headers: { 'If-Match': '"2"' } };
  assertProblem(await api.call('DELETE', path, other), 'precondition.failed', 412);
  const gone = await api.call('DELETE', path, { tenant: 'life', headers: { 'If-Match': '"1"' } });
  assert.deepEqual([gone.status, gone.text], [204, '']);
  assertProblem(await api.call('GET', path, { tenant: 'life' }), 'not-found', 404);
  assert.deepEqual(
    (await api.items()).filter((item) => String(item['pk']).startsWith('T#life')),
    [],
  );
});

test('what is left out is filled in', async () => {
  const { tls: _tls, address: _address, ...body } = settings();
  const { json } = await post({ ...body, pollSeconds: 300, applyToExisting: true }, 'defaults');
  assert.deepEqual(
    [json['name'], json['address'], json['tls'], json['pollSeconds'], json['applyToExisting']],
    ['alice@localhost', 'alice@localhost', 'implicit', 300, true],
  );
});

test('a login that does not work names the field to look at, and nothing is written', async () => {
  const unused = await freePort();
  const { caPem } = await createCertificate();
  const before = await api.items();
  const cases: [string, object, string, string][] = [
    ['a wrong password', { password: `${CANARY}-wrong` }, 'imap.auth-failed', '/password'],
    ['a host that resolves nowhere', { host: 'nowhere.invalid' }, 'imap.host-not-found', '/host'],
    ['nobody listens', { port: unused }, 'imap.unreachable', '/host'],
    ['another CA', { ca: caPem }, 'imap.certificate', '/ca'],
    ['no private CA', { ca: undefined }, 'imap.certificate', '/ca'],
    ['TLS where none is spoken', { port: server.plainPort, tls: 'implicit' }, 'imap.unreachable', '/host'],
  ];
  for (const [what, change, code, pointer] of cases) {
    const answer = await post({ ...settings(), ...change });
    assertProblem(answer, code, 422);
    assert.deepEqual(pointersOf(answer), [pointer], what);
  }
  assert.deepEqual(await api.items(), before);
});

test('where connections may not go is named, and no connection is made', async () => {
  const strict = await startApi();
  try {
    Object.assign(strict.deps, { egress: { ports: [993], allows: () => false } });
    const port = await strict.call('POST', '/v1/accounts', { body: settings() });
    assertProblem(port, 'imap.host-refused', 422);
    assert.deepEqual(pointersOf(port), ['/port']);
    const host = await strict.call('POST', '/v1/accounts', { body: { ...settings(), port: 993 } });
    assertProblem(host, 'imap.host-refused', 422);
    assert.deepEqual(pointersOf(host), ['/host']);
    assert.deepEqual(await strict.items(), []);
  } finally {
    await strict.stop();
  }
});

test('bad settings are refused, each bad field named, before any connection and with nothing written', async () => {
  const before = await api.items();
  const cases: [object, string[]][] = [
    [{ colour: 'red' }, ['/colour']],
    [{ host: 'a\r\nb' }, ['/host']],
    [{ host: 'mail.example.test/path' }, ['/host']],
    [{ host: '' }, ['/host']],
    [{ host: `${'a'.repeat(64)}.test` }, ['/host']],
    [{ host: 'x.'.repeat(130) }, ['/host']],
    [{ host: 7, port: '993' }, ['/host', '/port']],
    [{ port: 0 }, ['/port']],
    [{ port: 993.5 }, ['/port']],
    [{ tls: 'none' }, ['/tls']],
    [{ user: '' }, ['/user']],
    [{ user: 'a\nb' }, ['/user']],
    [{ password: '' }, ['/password']],
    [{ password: 'x'.repeat(LIMITS.passwordCharsMax + 1) }, ['/password']],
    [{ password: `${CANARY}\r\nA1 LOGOUT` }, ['/password']],
    [{ password: [CANARY] }, ['/password']],
    [{ address: 'nobody' }, ['/address']],
    [{ address: undefined, user: 'DOMAIN\\ann' }, ['/address']],
    [{ ca: 'no certificate' }, ['/ca']],
    [{ ca: server.ca.replace(/[A-Za-z0-9]{20}/, 'AAAAAAAAAAAAAAAAAAAA') }, ['/ca']],
    [{ ca: `${server.ca}-----BEGIN EC PRIVATE KEY-----` }, ['/ca']],
    [{ ca: server.ca.padEnd(LIMITS.caBytesMax + 1) }, ['/ca']],
    [{ pollSeconds: 61 }, ['/pollSeconds']],
    [{ pollSeconds: 60.5 }, ['/pollSeconds']],
    [{ applyToExisting: 'yes' }, ['/applyToExisting']],
    [{ credential: 'x', tenant: 'other', id: 'mine' }, ['/credential', '/id', '/tenant']],
  ];
  for (const [change, pointers] of cases) {
    const answer = await post({ ...settings(), ...change });
    assertProblem(answer, 'validation.failed', 422);
    assert.deepEqual(pointersOf(answer), pointers, JSON.stringify(change).slice(0, 80));
  }
  assertProblem(await post(`{"password":"${CANARY}",`), 'request.invalid', 400);
  assertProblem(await post(`"${CANARY}"`), 'validation.failed', 422);
  assert.deepEqual(await api.items(), before);
});

test('the same Idempotency-Key adds one account, and another password does not change it', async () => {
  const key = { 'Idempotency-Key': 'add-alice' };
  const [first, second] = await Promise.all([post(settings(), 'idem', key), post(settings(), 'idem', key)]);
  assert.deepEqual([first.status, second.status, second.json['id']], [201, 201, first.json['id']]);
  assertProblem(await post({ ...settings(), password: 'x' }, 'idem', key), 'idempotency.reused', 422);
  assertProblem(await post({ ...settings(), user: 'bob' }, 'idem', key), 'idempotency.reused', 422);
  const stored = await readAccount(api.table, 'idem', String(first.json['id']));
  const opened = await api.deps.vault.open(stored?.credential ?? '', { tenant: 'idem', accountId: stored?.id ?? '' });
  assert.deepEqual(opened, { kind: 'password', password: CANARY });
  assert.equal(listed(await api.call('GET', '/v1/accounts', { tenant: 'idem' }), 'accounts').length, 1);
});

test('there may be so many accounts and no more, and the server is not even asked', async () => {
  const ids = Array.from({ length: LIMITS.accountsMax }, (_, i) => `account${i}`);
  await Promise.all(ids.map((id) => putAccount(api.table, 'many', id)));
  assertProblem(await post({ ...settings(), host: 'nowhere.invalid' }, 'many'), 'limit.accounts', 422);
});

test('one message is read from the server without marking it as seen', async () => {
  const oracle = dovecotOracle(server);
  const source = 'From: Ann <ann@example.test>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello there\r\n';
  const uid = await oracle.deliver('alice', 'INBOX', source, ['\\Flagged']);
  const { uidValidity, uidNext, messages } = await oracle.status('alice', 'INBOX');
  const made = await post(settings(), 'reader');
  const accountId = String(made.json['id']);
  const ref = { tenant: 'reader', accountId };
  const folder = { id: '1', path: 'INBOX', uidValidity, uidNext, messages };
  await writeCursorPages(api.table, ref, [], [{ page: 0, folders: [folder] }]);

  const idOf = (change: object = {}) => formatMessageId({ accountId, folderId: '1', uidValidity, uid, ...change });
  const get = (id: string, tenant = 'reader') =>
    api.call('GET', `/v1/accounts/${accountId}/messages/${id}`, { tenant });
  const { status, json, text } = await get(idOf());
  assert.equal(status, 200, text);
  assert.deepEqual([json['id'], json['folder'], json['uid']], [idOf(), 'INBOX', uid]);
  assert.deepEqual(json['keywords'], ['$flagged']);
  assert.match(String(json['text']), /Hello there/);
  assert.ok(text.includes('{"name":"subject","value":"Grüße"}'));
  assert.deepEqual(await oracle.listMessages('alice', 'INBOX'), [{ uid, flags: ['\\Flagged'] }]);

  for (const other of [{ uid: uid + 9 }, { uidValidity: uidValidity + 1 }, { folderId: '2' }, { accountId: 'x' }]) {
    assertProblem(await get(idOf(other)), 'not-found', 404);
  }
  assertProblem(await get('nonsense'), 'not-found', 404);
  assertProblem(await get(idOf(), 'stranger'), 'not-found', 404);
});

test('a mail server that does not let us in makes reading a 502 that says no more', async () => {
  await putAccount(api.table, 'locked', 'a1');
  const ref = { tenant: 'locked', accountId: 'a1' };
  const { client, name } = api.table;
  const { UpdateCommand } = await import('@aws-sdk/lib-dynamodb');
  const sealed = await api.deps.sealer.seal({ kind: 'password', password: `${CANARY}-old` }, ref);
  await client.send(
    new UpdateCommand({
      TableName: name,
      Key: { pk: 'T#locked', sk: 'A#a1' },
      UpdateExpression: 'SET credential = :sealed, host = :host, port = :port, ca = :ca, #user = :user',
      ExpressionAttributeNames: { '#user': 'user' },
      ExpressionAttributeValues: {
        ':sealed': sealed,
        ':host': 'localhost',
        ':port': server.port,
        ':ca': server.ca,
        ':user': 'alice',
      },
    }),
  );
  const folder = { id: '1', path: 'INBOX', uidValidity: 1, uidNext: 2, messages: 1 };
  await writeCursorPages(api.table, ref, [], [{ page: 0, folders: [folder] }]);
  const id = formatMessageId({ accountId: 'a1', folderId: '1', uidValidity: 1, uid: 1 });
  const answer = await api.call('GET', `/v1/accounts/a1/messages/${id}`, { tenant: 'locked' });
  said.push(answer.text);
  assertProblem(answer, 'imap.auth-failed', 502);
  assert.equal(answer.json['detail'], undefined);
});

test('no answer, no problem and no log line ever held a password', async () => {
  assert.ok(said.length > 60);
  const everything = [...said, ...api.logged].join('\n');
  assert.ok(!everything.includes(CANARY));
  assert.ok(!everything.includes(Buffer.from(CANARY).toString('base64').slice(0, 20)));
  assert.ok(!JSON.stringify(await api.items()).includes(CANARY));
});
