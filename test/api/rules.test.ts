import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { parseRule } from '../../shared/rules/rule.ts';
import { readHead } from '../../shared/store/head.ts';
import { putNewRule } from '../../shared/store/rules.ts';
import {
  type Answered,
  type ApiUnderTest,
  assertProblem,
  listed,
  pointersOf,
  putAccount,
  RULE,
  startApi,
} from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.stop());

const create = async (tenant: string, body: unknown = RULE): Promise<{ path: string; made: Answered }> => {
  const made = await api.call('POST', '/v1/rules', { tenant, body });
  assert.equal(made.status, 201, made.text);
  return { path: made.headers['location'] ?? '', made };
};
const ifMatch = (tag: string) => ({ 'If-Match': tag });
const configVersion = async (tenant: string, accountId: string) =>
  (await readHead(api.table, { tenant, accountId }))?.configVersion;

test('a rule is created, read, listed, replaced and deleted', async () => {
  const { path, made } = await create('crud');
  assert.equal(made.headers['etag'], '"1"');
  assert.deepEqual(made.json['mailboxes'], [{ role: 'inbox' }], 'defaults are filled in');
  assert.equal(new Date(String(made.json['createdAt'])).toISOString(), made.json['createdAt']);

  const read = await api.call('GET', path, { tenant: 'crud' });
  const { warnings, ...written } = made.json;
  assert.deepEqual(warnings, []);
  assert.deepEqual([read.status, read.headers['etag'], read.json], [200, '"1"', written]);
  assert.deepEqual(listed(await api.call('GET', '/v1/rules', { tenant: 'crud' }), 'rules'), [written]);

  const body = { ...RULE, name: 'Renamed' };
  const replaced = await api.call('PUT', path, { tenant: 'crud', body, headers: ifMatch('"1"') });
  assert.deepEqual([replaced.status, replaced.headers['etag'], replaced.json['name']], [200, '"2"', 'Renamed']);
  assert.equal(replaced.json['createdAt'], made.json['createdAt']);

  const gone = await api.call('DELETE', path, { tenant: 'crud', headers: ifMatch('"2"') });
  assert.deepEqual([gone.status, gone.text], [204, '']);
  assertProblem(await api.call('GET', path, { tenant: 'crud' }), 'not-found', 404);
  assertProblem(await api.call('DELETE', path, { tenant: 'crud', headers: ifMatch('"2"') }), 'not-found', 404);
});

test('what was read can be sent back without what the service added', async () => {
  const { path } = await create('roundtrip');
  const { json } = await api.call('GET', path, { tenant: 'roundtrip' });
  const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...written } = json;
  const again = await api.call('PUT', path, { tenant: 'roundtrip', body: written, headers: ifMatch('"1"') });
  assert.equal(again.status, 200, again.text);
});

test('a change without If-Match is asked for one, and nothing is changed', async () => {
  const { path } = await create('match');
  const before = await api.items();
  for (const headers of [{}, { 'If-Match': '' }]) {
    assertProblem(await api.call('PUT', path, { tenant: 'match', body: RULE, headers }), 'precondition.required', 428);
    assertProblem(await api.call('DELETE', path, { tenant: 'match', headers }), 'precondition.required', 428);
  }
  for (const tag of ['"2"', 'W/"1"', '"0"', '"1.0"', '"01"', '"x"', '"2", "3"']) {
    const change = { tenant: 'match', headers: ifMatch(tag) };
    assertProblem(await api.call('PUT', path, { ...change, body: RULE }), 'precondition.failed', 412);
    assertProblem(await api.call('DELETE', path, change), 'precondition.failed', 412);
  }
  for (const tag of ['1', '"1', '1"']) {
    assertProblem(await api.call('DELETE', path, { tenant: 'match', headers: ifMatch(tag) }), 'request.invalid', 400);
  }
  assert.deepEqual(await api.items(), before);
  const listedTag = await api.call('PUT', path, { tenant: 'match', body: RULE, headers: ifMatch('"7", "1"') });
  assert.equal(listedTag.headers['etag'], '"2"');
  assert.equal((await api.call('DELETE', path, { tenant: 'match', headers: ifMatch('*') })).status, 204);
});

test('of many changes made from the same reading one wins', async () => {
  const { path } = await create('race');
  const changes = Array.from({ length: 12 }, (_, i) => i);
  const answers = await Promise.all(
    changes.map((i) =>
      i % 4 === 3
        ? api.call('DELETE', path, { tenant: 'race', headers: ifMatch('"1"') })
        : api.call('PUT', path, { tenant: 'race', body: { ...RULE, name: `name ${i}` }, headers: ifMatch('"1"') }),
    ),
  );
  const won = answers.filter(({ status }) => status < 300);
  assert.equal(won.length, 1);
  assert.ok(answers.every(({ status }) => status < 300 || status === 412 || status === 404));
});

test('two owners who read before they write never lose a change', async () => {
  const { path } = await create('owners', { ...RULE, description: '' });
  const append = async (mark: string): Promise<void> => {
    for (;;) {
      const read = await api.call('GET', path, { tenant: 'owners' });
      const description = `${String(read.json['description'])}${mark}`;
      const headers = ifMatch(read.headers['etag'] ?? '');
      const written = await api.call('PUT', path, { tenant: 'owners', body: { ...RULE, description }, headers });
      if (written.status === 200) return;
      assertProblem(written, 'precondition.failed', 412);
    }
  };
  await Promise.all([...'abcdefgh'].map(append));
  const { json, headers } = await api.call('GET', path, { tenant: 'owners' });
  assert.equal([...String(json['description'])].sort().join(''), 'abcdefgh');
  assert.equal(headers['etag'], '"9"');
});

test('a change reaches the heads of the accounts concerned and no others', async () => {
  await putAccount(api.table, 'heads', 'one');
  await putAccount(api.table, 'heads', 'two');
  await putAccount(api.table, 'other', 'three');
  const versions = async () => [
    await configVersion('heads', 'one'),
    await configVersion('heads', 'two'),
    await configVersion('other', 'three'),
  ];
  const { path } = await create('heads', { ...RULE, accountIds: ['one'] });
  assert.deepEqual(await versions(), [2, 1, 1]);
  const body = { ...RULE, accountIds: ['two'] };
  await api.call('PUT', path, { tenant: 'heads', body, headers: ifMatch('*') });
  assert.deepEqual(await versions(), [3, 2, 1], 'the account that it left, too');
  await api.call('PUT', path, { tenant: 'heads', body: RULE, headers: ifMatch('*') });
  assert.deepEqual(await versions(), [4, 3, 1]);
  await api.call('DELETE', path, { tenant: 'heads', headers: ifMatch('*') });
  assert.deepEqual(await versions(), [5, 4, 1]);
});

test('bad rules are refused, each bad field named, and nothing is written', async () => {
  await putAccount(api.table, 'other', 'theirs');
  const { path } = await create('bad');
  const before = await api.items();
  const move = (mailbox: unknown) => ({ ...RULE, actions: [{ type: 'move', mailbox }] });
  const cases: [string, unknown, string[]][] = [
    ['an unknown field', { ...RULE, colour: 'red' }, ['/colour']],
    ['an unknown field deep inside', move({ path: 'Bills', colour: 'red' }), ['/actions/0/mailbox/colour']],
    ['a wrong type', { ...RULE, name: 7 }, ['/name']],
    ['several at once', { ...RULE, name: 7, sequence: -1 }, ['/name', '/sequence']],
    ['no action', { ...RULE, actions: [] }, ['/actions']],
    ['no actions at all', { name: 'x', conditions: {} }, ['/actions']],
    ['a folder with control characters', move({ path: 'Bills\r\nA1 LOGOUT' }), ['/actions/0/mailbox/path']],
    ['a folder with NUL', move({ path: 'a\u0000b' }), ['/actions/0/mailbox/path']],
    ['an account that is not there', { ...RULE, accountIds: ['nobody'] }, ['/accountIds/0']],
    ['an account of another tenant', { ...RULE, accountIds: ['theirs'] }, ['/accountIds/0']],
    ['the id', { ...RULE, id: 'mine' }, ['/id']],
    ['the revision', { ...RULE, revision: 9 }, ['/revision']],
    ['a list', [RULE], ['']],
  ];
  for (const [what, body, pointers] of cases) {
    for (const answer of [
      await api.call('POST', '/v1/rules', { tenant: 'bad', body }),
      await api.call('PUT', path, { tenant: 'bad', body, headers: ifMatch('"1"') }),
    ]) {
      assertProblem(answer, 'validation.failed', 422);
      assert.deepEqual(pointersOf(answer), pointers, what);
    }
  }
  assert.deepEqual(await api.items(), before);
});

test('there may be so many rules and no more, for each tenant', async () => {
  const rule = { ...parseRule(RULE), revision: 1, createdAt: 0, updatedAt: 0 };
  const ids = Array.from({ length: LIMITS.rulesMax }, (_, i) => `rule${i}`);
  for (let from = 0; from < ids.length; from += 25) {
    await Promise.all(ids.slice(from, from + 25).map((id) => putNewRule(api.table, 'many', { ...rule, id })));
  }
  assertProblem(await api.call('POST', '/v1/rules', { tenant: 'many', body: RULE }), 'limit.rules', 422);
  await create('few');
  await api.call('DELETE', '/v1/rules/rule7', { tenant: 'many', headers: ifMatch('*') });
  await create('many');
  assertProblem(await api.call('POST', '/v1/rules', { tenant: 'many', body: RULE }), 'limit.rules', 422);
});

test('the same Idempotency-Key makes one rule, also when sent at once', async () => {
  const send = (key: string, body: unknown = RULE, tenant = 'idem') =>
    api.call('POST', '/v1/rules', { tenant, body, headers: { 'Idempotency-Key': key } });
  const answers = await Promise.all([send('k1'), send('k1'), send('k1')]);
  answers.push(await send('k1'));
  for (const answer of answers) assert.deepEqual([answer.status, answer.json['id']], [201, answers[0]?.json['id']]);
  assertProblem(await send('k1', { ...RULE, name: 'Another' }), 'idempotency.reused', 422);
  assert.notEqual((await send('k2')).json['id'], answers[0]?.json['id']);
  assert.notEqual((await send('k1', RULE, 'idem2')).json['id'], answers[0]?.json['id']);
  assert.equal(listed(await api.call('GET', '/v1/rules', { tenant: 'idem' }), 'rules').length, 2);
  for (const key of ['a b', 'x'.repeat(256), 'é', '']) assertProblem(await send(key), 'request.invalid', 400);
});

test('pages hold every rule once, whatever is created meanwhile', async () => {
  const ids = new Set<unknown>();
  for (let i = 0; i < 7; i += 1) ids.add((await create('pages')).made.json['id']);
  const seen: unknown[] = [];
  let query = 'limit=2';
  for (;;) {
    const page = await api.call('GET', '/v1/rules', { tenant: 'pages', query });
    seen.push(...listed(page, 'rules').map((rule) => rule['id']));
    await create('pages');
    if (page.json['nextCursor'] === undefined) break;
    query = `limit=2&cursor=${page.json['nextCursor']}`;
  }
  assert.equal(new Set(seen).size, seen.length);
  for (const id of ids) assert.ok(seen.includes(id));
});

test('a cursor of another list, or none at all, is refused by name', async () => {
  await putAccount(api.table, 'cursors', 'a1');
  await putAccount(api.table, 'cursors', 'a2');
  const { nextCursor } = (await api.call('GET', '/v1/accounts', { tenant: 'cursors', query: 'limit=1' })).json;
  const spell = (text: string) => Buffer.from(text).toString('base64url');
  const bad = [
    String(nextCursor),
    'x',
    '',
    spell('rules:a#b'),
    spell('rules:'),
    `${spell('rules:a')}=`,
    spell('rules'),
  ];
  for (const cursor of bad) {
    const query = `cursor=${encodeURIComponent(cursor)}`;
    const answer = await api.call('GET', '/v1/rules', { tenant: 'cursors', query });
    assertProblem(answer, 'validation.failed', 422);
    assert.deepEqual(pointersOf(answer), ['cursor']);
  }
});
