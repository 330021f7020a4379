import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ApiUnderTest, assertProblem, type Json, listed, pointersOf, RULE, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.stop());

const rule = (name: string, more: object = {}) => ({ ...RULE, name, ...more });
const send = (tenant: string, body: object, headers: Record<string, string> = {}) =>
  api.call('POST', '/v1/rules/import', { tenant, body, headers });
const written = (rules: readonly object[]) => JSON.stringify({ rules });
const namesIn = (answer: { readonly json: Json }, list: string) =>
  (answer.json[list] as unknown as readonly Json[]).map(({ name }) => name);
const rulesOf = async (tenant: string) => {
  const rules = listed(await api.call('GET', '/v1/rules', { tenant, query: 'limit=200' }), 'rules');
  const key = ({ name, sequence }: Json) => `${name} ${sequence}`;
  return rules.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
};
const asWritten = ({ id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...held }: Json) => held;

test('what is exported and read in again is the same, as YAML and as JSON', async () => {
  const all = [
    rule('Straße: "x" # no comment', { description: 'two\nlines', sequence: 7, mode: 'shadow' }),
    rule('tested', {
      conditions: { operator: 'NOT', conditions: [{ subject: { regex: '^\\d+$' } }] },
      tests: [{ facts: { headers: [['Subject', '12']] }, expect: null }],
    }),
    rule('yes', { limits: { messagesPerRun: 5 }, exceptions: { from: 'no' } }),
  ];
  for (const format of ['yaml', 'json']) {
    const [from, to] = [`from-${format}`, `to-${format}`];
    for (const body of all) assert.equal((await api.call('POST', '/v1/rules', { tenant: from, body })).status, 201);
    const { json } = await api.call('GET', '/v1/rules/export', { tenant: from, query: `format=${format}` });
    const report = await send(to, { format, text: json['text'] });
    assert.deepEqual(
      [report.status, report.json['applied'], namesIn(report, 'created').length],
      [200, true, 3],
      report.text,
    );
    assert.deepEqual((await rulesOf(to)).map(asWritten), (await rulesOf(from)).map(asWritten));
    const again = await api.call('GET', '/v1/rules/export', { tenant: to, query: `format=${format}` });
    assert.deepEqual([...String(again.json['text'])].sort(), [...String(json['text'])].sort());
    const same = await send(to, { format, text: json['text'], mode: 'replace' });
    assert.deepEqual(
      [namesIn(same, 'unchanged').length, namesIn(same, 'changed'), namesIn(same, 'created')],
      [3, [], []],
    );
  }
});

test('a file that is the truth: what it would change is told first, and done only where nothing else changed', async () => {
  const tenant = 'truth';
  const file = (rules: readonly object[], more: object = {}) => ({
    format: 'json',
    text: written(rules),
    mode: 'replace',
    ...more,
  });
  await send(
    tenant,
    file([rule('kept'), rule('changed'), rule('removed'), rule('twice'), rule('twice', { sequence: 200 })]),
  );
  const next = [
    rule('added'),
    rule('kept'),
    rule('changed', { sequence: 5 }),
    rule('twice'),
    rule('twice', { sequence: 200, mode: 'off' }),
  ];
  const before = await api.items();
  const dry = await send(tenant, file(next, { dryRun: true }));
  assert.deepEqual(await api.items(), before, 'a dry run writes nothing');
  assert.deepEqual(
    ['created', 'removed', 'unchanged'].map((list) => namesIn(dry, list)),
    [['added'], ['removed'], ['kept', 'twice']],
  );
  const changes = (dry.json['changed'] as unknown as readonly Json[]).map(({ name, changes: all }) => [name, all]);
  assert.deepEqual(changes, [
    ['changed', [{ pointer: '/sequence', before: 100, after: 5 }]],
    ['twice', [{ pointer: '/mode', before: 'live', after: 'off' }]],
  ]);

  const other = String((await rulesOf(tenant))[0]?.['id']);
  const touched = await api.call('PUT', `/v1/rules/${other}`, {
    tenant,
    body: rule('changed', { sequence: 9 }),
    headers: { 'If-Match': '*' },
  });
  assert.equal(touched.status, 200);
  assertProblem(await send(tenant, file(next, { ifState: dry.json['state'] })), 'precondition.failed', 412);
  const again = await send(tenant, file(next, { dryRun: true }));
  const done = await send(tenant, file(next, { ifState: again.json['state'] }));
  assert.equal(done.json['applied'], true);
  assert.deepEqual(
    (await rulesOf(tenant)).map(({ name, sequence, mode }) => [name, sequence, mode]),
    [
      ['added', 100, 'live'],
      ['changed', 5, 'live'],
      ['kept', 100, 'live'],
      ['twice', 100, 'live'],
      ['twice', 200, 'off'],
    ],
  );
  const revisions = await api.call('GET', `/v1/rules/${other}/revisions`, { tenant });
  assert.equal(listed(revisions, 'revisions').length, 3, 'what a file changes is kept, too');
  const exported = await api.call('GET', '/v1/rules/export', { tenant });
  assert.equal(exported.json['state'], done.json['state']);
});

test('a file with a mistake changes nothing, and says where it is', async () => {
  const tenant = 'mistake';
  await send(tenant, { format: 'json', text: written([rule('one')]) });
  const before = await api.items();
  const refused = async (body: object, pointers: readonly string[]) => {
    const answer = await send(tenant, { mode: 'replace', ...body });
    assertProblem(answer, 'validation.failed', 422);
    assert.deepEqual(pointersOf(answer), pointers);
  };
  await refused({ format: 'json', text: written([rule('two'), rule('three', { colour: 'red' })]) }, [
    '/rules/1/colour',
  ]);
  await refused({ format: 'json', text: written([rule('x', { conditions: { inList: { list: 'no' } } })]) }, [
    '/rules/0/conditions/inList/list',
  ]);
  await refused({ format: 'json', text: written([rule('x', { accountIds: ['nobody'] })]) }, ['/rules/0/accountIds/0']);
  await refused({ format: 'yaml', text: 'rules: [' }, ['']);
  await refused({ format: 'yaml', text: 'a: &a [1]\nrules: [*a]' }, ['']);
  await refused({ format: 'sieve', text: '' }, ['/format']);
  assert.deepEqual(await api.items(), before);
});

test('the same Idempotency-Key reads a file in once', async () => {
  const body = { format: 'json', text: written([rule('a'), rule('b')]) };
  const keyed = () => send('once', body, { 'Idempotency-Key': 'k' });
  assert.deepEqual(namesIn(await keyed(), 'created'), ['a', 'b']);
  await keyed();
  assert.equal((await rulesOf('once')).length, 2);
  await send('once', body);
  assert.equal((await rulesOf('once')).length, 4, 'another request is another import');
});

const GMAIL = {
  filter: [
    {
      id: '1',
      criteria: { from: 'news@example.com' },
      action: { addLabelIds: ['Label_7'], removeLabelIds: ['INBOX'] },
    },
    {
      id: '2',
      criteria: { query: 'larger:5M filename:pdf' },
      action: { addLabelIds: ['STARRED'], forward: 'x@example.com' },
    },
  ],
};
const GRAPH = {
  value: [
    {
      displayName: 'Bills',
      sequence: 3,
      isEnabled: true,
      conditions: { subjectContains: ['invoice'] },
      actions: { markAsRead: true, moveToFolder: 'AAMk1', stopProcessingRules: true },
    },
  ],
};
const XML = `<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' xmlns:apps='http://schemas.google.com/apps/2006'>
<entry><category term='filter'></category><title>Mail Filter</title><content></content>
<apps:property name='from' value='shop@example.com'/><apps:property name='shouldStar' value='true'/></entry></feed>`;

test('rules come along from Gmail and from Graph, with all that could not be said', async () => {
  const gmail = await send('gmail', { format: 'gmail', text: JSON.stringify(GMAIL), names: { Label_7: 'News' } });
  assert.deepEqual(
    (gmail.json['unmapped'] as unknown as readonly Json[]).map(({ rule: n }) => n),
    [1],
    gmail.text,
  );
  const [news, other] = await rulesOf('gmail').then((all) => all.toReversed());
  assert.deepEqual([news?.['mode'], other?.['mode']], ['live', 'off'], 'what lost something waits to be looked at');
  assert.deepEqual(news?.['actions'], [{ type: 'move', mailbox: { path: 'News' }, create: true }]);
  const xml = await send('gmail-xml', { format: 'gmail-xml', text: XML });
  assert.deepEqual([namesIn(xml, 'created'), xml.json['unmapped']], [['shop@example.com'], []]);
  const graph = await send('graph', {
    format: 'graph',
    text: JSON.stringify(GRAPH),
    names: { AAMk1: 'Bills' },
    dryRun: true,
  });
  assert.deepEqual(
    [graph.json['applied'], namesIn(graph, 'created'), graph.json['unmapped']],
    [false, ['Bills'], []],
    graph.text,
  );
  assert.deepEqual(await rulesOf('graph'), []);
});
