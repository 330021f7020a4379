import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import {
  type ApiUnderTest,
  assertProblem,
  type Json,
  listed,
  pointersOf,
  putAccount,
  RULE,
  startApi,
} from './api-under-test.ts';
import { folderOf, putFolders } from './seed.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.stop());

const ifMatch = (tag: string) => ({ 'If-Match': tag });
const create = async (tenant: string, body: object = RULE) => {
  const made = await api.call('POST', '/v1/rules', { tenant, body });
  assert.equal(made.status, 201, made.text);
  return made.headers['location'] ?? '';
};
const replace = (tenant: string, path: string, body: object) =>
  api.call('PUT', path, { tenant, body, headers: ifMatch('*') });
const numbers = async (tenant: string, path: string) =>
  listed(await api.call('GET', `${path}/revisions`, { tenant }), 'revisions').map(({ revision }) => Number(revision));

test('every save keeps the former one; they are listed, compared and brought back', async () => {
  const tenant = 'history';
  const path = await create(tenant);
  await replace(tenant, path, { ...RULE, name: 'Second', conditions: { from: 'x@example.test', hasAttachment: true } });
  await replace(tenant, path, { ...RULE, name: 'Third', description: 'new' });
  assert.deepEqual(await numbers(tenant, path), [3, 2, 1]);

  const first = await api.call('GET', `${path}/revisions/1`, { tenant });
  assert.deepEqual([first.json['revision'], (first.json['rule'] as Json)['name']], [1, 'Bills']);
  const since = await api.call('GET', `${path}/revisions/1/diff`, { tenant });
  assert.deepEqual(since.json, {
    from: 1,
    to: 3,
    changes: [
      { pointer: '/name', before: 'Bills', after: 'Third' },
      { pointer: '/description', after: 'new' },
    ],
  });
  const between = await api.call('GET', `${path}/revisions/1/diff`, { tenant, query: 'against=2' });
  assert.deepEqual(between.json['changes'], [
    { pointer: '/name', before: 'Bills', after: 'Second' },
    { pointer: '/conditions/from', before: 'billing@example.test', after: 'x@example.test' },
    { pointer: '/conditions/hasAttachment', after: true },
  ]);

  const restore = (headers: Record<string, string>) =>
    api.call('POST', `${path}/revisions/1/restore`, { tenant, headers });
  assertProblem(await restore({}), 'precondition.required', 428);
  assertProblem(await restore(ifMatch('"2"')), 'precondition.failed', 412);
  const restored = await restore(ifMatch('"3"'));
  assert.deepEqual([restored.status, restored.headers['etag'], restored.json['name']], [200, '"4"', 'Bills']);
  assert.deepEqual((await api.call('GET', `${path}/revisions/1/diff`, { tenant })).json['changes'], []);
  assert.deepEqual(await numbers(tenant, path), [4, 3, 2, 1]);
  for (const revision of ['5', '0', '01', 'x', '99999999999']) {
    assertProblem(await api.call('GET', `${path}/revisions/${revision}`, { tenant }), 'not-found', 404);
  }
});

test('a bounded number is kept, and a deleted rule takes them along', async () => {
  const tenant = 'bounded';
  const path = await create(tenant);
  const saves = LIMITS.revisionsPerRuleMax + 3;
  for (let i = 0; i < saves; i += 1) await replace(tenant, path, { ...RULE, name: `name ${i}` });
  const kept = await numbers(tenant, path);
  assert.equal(kept.length, LIMITS.revisionsPerRuleMax + 1);
  assert.deepEqual([kept[0], kept.at(-1)], [saves + 1, saves + 1 - LIMITS.revisionsPerRuleMax]);
  const own = async () => (await api.items()).filter(({ pk }) => pk === 'T#bounded').length;
  assert.equal(await own(), LIMITS.revisionsPerRuleMax + 1);
  await api.call('DELETE', path, { tenant, headers: ifMatch('*') });
  assert.equal(await own(), 0);
});

test('what can no longer be saved is not restored', async () => {
  const tenant = 'gone';
  await putAccount(api.table, tenant, 'a1');
  const path = await create(tenant, { ...RULE, accountIds: ['a1'] });
  await replace(tenant, path, RULE);
  await api.call('DELETE', '/v1/accounts/a1', { tenant, headers: ifMatch('*') });
  const answer = await api.call('POST', `${path}/revisions/1/restore`, { tenant, headers: ifMatch('*') });
  assertProblem(answer, 'validation.failed', 422);
  assert.deepEqual(pointersOf(answer), ['/accountIds/0']);
});

test('saving tells what is most likely not meant, with pointers', async () => {
  const tenant = 'lint';
  await putAccount(api.table, tenant, 'a1');
  await putFolders(api.table, { tenant, accountId: 'a1' }, [folderOf('1', 'INBOX', { role: 'inbox' })]);
  const made = await api.call('POST', '/v1/rules', {
    tenant,
    body: { ...RULE, conditions: {}, stopProcessingRules: true, sequence: 1 },
  });
  assert.deepEqual(
    listed(made, 'warnings').map(({ code, pointer }) => [code, pointer]),
    [
      ['matches-everything', '/conditions'],
      ['mailbox-missing', '/actions/0/mailbox'],
    ],
  );
  const body = { name: 'late', conditions: { body: 'x' }, actions: [{ type: 'flag' }] };
  const late = await api.call('POST', '/v1/rules', { tenant, body });
  const found = listed(late, 'warnings').map(({ code, pointer }) => [code, pointer]);
  assert.deepEqual(found, [
    ['unreachable', '/sequence'],
    ['reads-every-body', '/conditions/body'],
  ]);
});
