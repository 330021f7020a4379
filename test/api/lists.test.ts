import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { readLists } from '../../shared/service/read-lists.ts';
import { readHead } from '../../shared/store/head.ts';
import { putList } from '../../shared/store/lists.ts';
import { type ApiUnderTest, assertProblem, listed, pointersOf, putAccount, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.stop());

const ifMatch = (tag: string) => ({ 'If-Match': tag });
const rule = (list: string) => ({ name: 'vip', conditions: { inList: { list } }, actions: [{ type: 'flag' }] });

test('a list is created, read, replaced, changed and deleted', async () => {
  const tenant = 'crud';
  const body = {
    name: 'vips',
    description: 'Answer first',
    entries: ['Boss@Example.COM', 'bücher.example', '@b.example'],
  };
  const made = await api.call('POST', '/v1/lists', { tenant, body });
  assert.deepEqual([made.status, made.headers['etag'], made.headers['location']], [201, '"1"', '/v1/lists/vips']);
  assert.deepEqual(made.json['entries'], ['@b.example', '@xn--bcher-kva.example', 'boss@example.com']);
  assert.equal((await api.call('POST', '/v1/lists', { tenant, body })).status, 201, 'the same once more');
  assertProblem(await api.call('POST', '/v1/lists', { tenant, body: { ...body, entries: [] } }), 'conflict', 409);

  const path = '/v1/lists/vips';
  const read = await api.call('GET', path, { tenant });
  assert.deepEqual([read.headers['etag'], read.json], ['"1"', made.json]);
  const [head] = listed(await api.call('GET', '/v1/lists', { tenant }), 'lists');
  assert.deepEqual([head?.['name'], head?.['entryCount'], head?.['entries']], ['vips', 3, undefined]);

  const change = { add: ['ann@x.example', 'b.example'], remove: ['boss@EXAMPLE.com', 'nobody@x.example'] };
  const changed = await api.call('PATCH', path, { tenant, body: change, headers: ifMatch('"1"') });
  assert.deepEqual(changed.json['entries'], ['@b.example', '@xn--bcher-kva.example', 'ann@x.example']);
  assert.equal(changed.json['description'], 'Answer first');
  assertProblem(
    await api.call('PUT', path, { tenant, body: { entries: [] }, headers: ifMatch('"1"') }),
    'precondition.failed',
    412,
  );
  const emptied = await api.call('PUT', path, { tenant, body: { entries: [] }, headers: ifMatch('"2"') });
  assert.deepEqual(
    [emptied.headers['etag'], emptied.json['entries'], emptied.json['description']],
    ['"3"', [], undefined],
  );
  assert.equal((await api.call('DELETE', path, { tenant, headers: ifMatch('"3"') })).status, 204);
  assertProblem(await api.call('GET', path, { tenant }), 'not-found', 404);
  assert.deepEqual(
    (await api.items()).filter(({ pk }) => pk === 'T#crud'),
    [],
    'and nothing of it is left',
  );
});

test('entries that are none are named, and nothing is written', async () => {
  const before = await api.items();
  const send = (body: object) => api.call('POST', '/v1/lists', { tenant: 'bad', body });
  const bad = await send({ name: 'x', entries: ['ann@example.com', 'nowhere', 'a b@example.com', '@'] });
  assertProblem(bad, 'validation.failed', 422);
  assert.deepEqual(pointersOf(bad), ['/entries/1', '/entries/2', '/entries/3']);
  assert.deepEqual(pointersOf(await send({ name: 'a/b', entries: [] })), ['/name']);
  const many = Array.from({ length: LIMITS.listEntriesMax + 1 }, (_, i) => `a${i}@example.com`);
  assert.deepEqual(pointersOf(await send({ name: 'x', entries: many })), ['/entries']);
  assert.deepEqual(await api.items(), before);
});

test('a full list of ten thousand is kept in a few items, and asked as it was written', async () => {
  const entries = Array.from({ length: LIMITS.listEntriesMax }, (_, i) => `person.${i}@host-${i % 97}.example.com`);
  const made = await api.call('POST', '/v1/lists', { tenant: 'full', body: { name: 'all', entries } });
  assert.equal(made.status, 201, made.text.slice(0, 300));
  const items = (await api.items()).filter(({ pk }) => pk === 'T#full');
  assert.ok(items.length <= 3, `${items.length} items`);
  for (const item of items) assert.ok(JSON.stringify(item).length < 1_500_000);
  const grown = await api.call('PATCH', '/v1/lists/all', {
    tenant: 'full',
    body: { add: ['one-more@example.com'] },
    headers: ifMatch('*'),
  });
  assertProblem(grown, 'validation.failed', 422);
  const conditions = { inList: { list: 'all', headers: ['from' as const] } };
  const lists = await readLists(api.table, 'full', [{ conditions }]);
  assert.equal(lists.get('all')?.size, LIMITS.listEntriesMax);
  assert.ok(lists.get('all')?.has('person.9999@host-8.example.com'));
});

test('a rule that names a missing list is refused, and a list that a rule names stays', async () => {
  const tenant = 'named';
  await putAccount(api.table, tenant, 'one');
  const refused = await api.call('POST', '/v1/rules', { tenant, body: rule('vips') });
  assertProblem(refused, 'validation.failed', 422);
  assert.deepEqual(pointersOf(refused), ['/conditions/inList/list']);
  await api.call('POST', '/v1/lists', { tenant, body: { name: 'vips', entries: ['example.com'] } });
  const made = await api.call('POST', '/v1/rules', { tenant, body: rule('vips') });
  assert.equal(made.status, 201);
  const away = () => api.call('DELETE', '/v1/lists/vips', { tenant, headers: ifMatch('*') });
  assertProblem(await away(), 'list.in-use', 409);
  const version = async () => (await readHead(api.table, { tenant, accountId: 'one' }))?.configVersion ?? 0;
  const before = await version();
  await api.call('PATCH', '/v1/lists/vips', { tenant, body: { add: ['x.example'] }, headers: ifMatch('*') });
  assert.equal(await version(), before + 1, 'warm workers read it again');
  await api.call('DELETE', String(made.headers['location']), { tenant, headers: ifMatch('*') });
  assert.equal((await away()).status, 204);
});

test('of many changes made at once none is lost, and a reader never sees half of one', async () => {
  const tenant = 'race';
  await api.call('POST', '/v1/lists', { tenant, body: { name: 'l', entries: [] } });
  const add = async (i: number): Promise<void> => {
    for (;;) {
      const { headers, status } = await api.call('GET', '/v1/lists/l', { tenant });
      assert.equal(status, 200);
      const body = { add: [`p${i}@example.com`] };
      const written = await api.call('PATCH', '/v1/lists/l', { tenant, body, headers: ifMatch(headers['etag'] ?? '') });
      if (written.status === 200) return;
      assertProblem(written, 'precondition.failed', 412);
    }
  };
  await Promise.all(Array.from({ length: 4 }, (_, i) => add(i)));
  const { json } = await api.call('GET', '/v1/lists/l', { tenant });
  assert.equal(json['entryCount'], 4);
  assert.equal((await api.items()).filter(({ pk }) => pk === 'T#race').length, 2, 'what lost is taken away again');
});

test('there may be so many lists and no more', async () => {
  const list = { entries: [], entryCount: 0, revision: 1, createdAt: 0, updatedAt: 0 };
  for (let i = 1; i < LIMITS.listsMax; i += 1) await putList(api.table, 'many', { ...list, name: `l${i}` }, 'w');
  const make = (name: string) => api.call('POST', '/v1/lists', { tenant: 'many', body: { name, entries: [] } });
  assert.equal((await make('last')).status, 201);
  assertProblem(await make('one-too-many'), 'limit.lists', 422);
  assert.equal((await make('last')).status, 201, 'which is there already');
});
