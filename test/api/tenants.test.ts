import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Route } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { formatMessageId } from '../../shared/mail/message.ts';
import { parseProviders } from '../../shared/oauth/provider.ts';
import { type ApiUnderTest, assertProblem, listed, putAccount, RULE, startApi } from './api-under-test.ts';
import { folderOf, movePart, putFolders, putMessages, putRun, putRunningApplication } from './seed.ts';

const REDIRECT = 'https://app.example.test/callback';
const PROVIDER = { id: 'google', clientId: 'mailyard.example', redirectUris: [REDIRECT] };

let api: ApiUnderTest;
before(async () => {
  api = await startApi({ providers: async () => parseProviders([PROVIDER]) });
});
after(() => api.stop());

const inbox = folderOf('1', 'INBOX');

/** An account with a folder, two messages and something done, a list, and a rule that is being applied. */
const settle = async (tenant: string, accountId: string): Promise<string> => {
  const ref = { tenant, accountId };
  await putAccount(api.table, tenant, accountId);
  await putFolders(api.table, ref, [inbox]);
  await putMessages(
    api.table,
    ref,
    inbox,
    [
      { uid: 1, keywords: [] },
      { uid: 2, keywords: ['$seen'] },
    ],
    5,
  );
  await putRun(api.table, ref, '000000001-1', [
    movePart(0, [[3, 3]], { state: 'done', attempt: 1, evidence: { by: 'copyuid' }, at: 1 }),
  ]);
  await api.call('POST', '/v1/lists', { tenant, body: { name: 'vips', entries: ['example.net'] } });
  const ruleId = String((await api.call('POST', '/v1/rules', { tenant, body: RULE })).json['id']);
  await putRunningApplication(api.table, ref, { id: 'applied', ruleId, at: Date.now() });
  return ruleId;
};

/** Tenants whose names are near enough to be mixed up by careless keys. */
const STRANGERS = ['stranger', 'owne', 'owner#', 'owner#home', 'OWNER', 'owner%23home', '%6Fwner', 'A#home', 'own'];

test('every route answers 404 for another tenant’s ids, changes nothing and asks for nothing', async () => {
  const ruleId = await settle('owner', 'home');
  const webhook = { url: 'https://hooks.example.test/mail' };
  const webhookId = String((await api.call('POST', '/v1/webhooks', { tenant: 'owner', body: webhook })).json['id']);
  const messageId = formatMessageId({ accountId: 'home', folderId: '1', uidValidity: 7, uid: 1 });
  const before = await api.items();
  const routes: readonly Route[] = ROUTES.filter(({ path }) => path.includes('{'));
  const ids: Readonly<Record<string, string>> = {
    accountId: 'home',
    ruleId,
    webhookId,
    messageId,
    folderId: '1',
    activityId: 'home-000000001-1-0',
    listName: 'vips',
    applicationId: 'applied',
    revision: '1',
  };
  assert.ok(routes.length >= 20);
  for (const tenant of STRANGERS) {
    for (const { method, path, example } of routes) {
      const url = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? assert.fail(`no ${name} of an owner`));
      const answer = await api.call(method, url, {
        tenant,
        headers: { 'If-Match': '*' },
        ...(example?.query === undefined ? {} : { query: new URLSearchParams(example.query).toString() }),
        ...(example?.body === undefined ? {} : { body: example.body }),
      });
      assertProblem(answer, 'not-found', 404);
    }
  }
  assert.deepEqual(await api.items(), before);
  assert.deepEqual(api.checks, []);
});

test('an id that is nobody’s is answered in the very same words as another tenant’s', async () => {
  const ruleId = await settle('words', 'home');
  for (const [theirs, nobodys] of [
    ['/v1/accounts/home', '/v1/accounts/none'],
    ['/v1/accounts/home/folders', '/v1/accounts/none/folders'],
    ['/v1/accounts/home/activity', '/v1/accounts/none/activity'],
    [`/v1/rules/${ruleId}`, '/v1/rules/none'],
    [`/v1/rules/${ruleId}/revisions`, '/v1/rules/none/revisions'],
    ['/v1/lists/vips', '/v1/lists/none'],
  ] as const) {
    const [a, b] = [await api.call('GET', theirs, { tenant: 'x' }), await api.call('GET', nobodys, { tenant: 'x' })];
    assert.deepEqual([a.text, a.headers], [b.text, b.headers]);
  }
});

/** Requests that name an account in what they send, by the id. */
const naming = (
  ownRule: string,
): Readonly<Record<string, (accountId: string) => readonly [string, string, unknown]>> => ({
  createRule: (id) => ['POST', '/v1/rules', { ...RULE, accountIds: ['mine', id] }],
  replaceRule: (id) => ['PUT', `/v1/rules/${ownRule}`, { ...RULE, accountIds: [id] }],
  importRules: (id) => [
    'POST',
    '/v1/rules/import',
    { format: 'json', mode: 'add', text: JSON.stringify({ rules: [{ ...RULE, name: 'Other', accountIds: [id] }] }) },
  ],
  applyRule: (id) => ['POST', `/v1/rules/${ownRule}/apply`, { accountId: id, mailboxes: [{ role: 'inbox' }] }],
  previewRule: (id) => ['POST', '/v1/rules/preview', { accountId: id, last: 20, rule: RULE }],
  createWebhook: (id) => ['POST', '/v1/webhooks', { url: 'https://hooks.example.test/', accountIds: ['mine', id] }],
  authorizeAccount: (id) => [
    'POST',
    '/v1/accounts/authorize',
    { provider: 'google', redirectUri: REDIRECT, accountId: id },
  ],
  changeMessages: (accountId) => [
    'PATCH',
    '/v1/accounts/mine/messages',
    { ids: [formatMessageId({ accountId, folderId: '1', uidValidity: 7, uid: 1 })], addKeywords: ['$seen'] },
  ],
});

test('what is sent may name another tenant’s account no more than one that nobody has', async () => {
  await settle('theirs', 'hidden');
  const requests = naming(await settle('asks', 'mine'));
  const before = await api.items();
  for (const [what, request] of Object.entries(requests)) {
    const ask = (accountId: string) => {
      const [method, path, body] = request(accountId);
      return api.call(method, path, { tenant: 'asks', body, headers: { 'If-Match': '*' } });
    };
    const [theirs, nobodys] = [await ask('hidden'), await ask('nobody')];
    assert.ok(theirs.status === 404 || theirs.status === 422, `${what}: ${theirs.text}`);
    assert.match(theirs.text, /there is no such (account|message)/, what);
    assert.deepEqual([theirs.text, theirs.headers], [nobodys.text, nobodys.headers], what);
  }
  assert.deepEqual(await api.items(), before);
  assert.deepEqual(api.checks, []);
});

test('two tenants with the same account ids see their own alone', async () => {
  await settle('left', 'same');
  await settle('right', 'same');
  await api.call('DELETE', '/v1/accounts/same', { tenant: 'right', headers: { 'If-Match': '*' } });
  const get = (path: string, tenant: string, query = '') =>
    api.call('GET', `/v1/accounts/same${path}`, { tenant, query });
  assert.equal((await get('', 'left')).status, 200);
  assert.equal((await get('', 'right')).status, 404);
  assert.equal(listed(await get('/messages', 'left', 'folder=INBOX'), 'messages').length, 2);
  assert.equal(listed(await get('/activity', 'left'), 'activity').length, 1);
  assert.equal(listed(await api.call('GET', '/v1/accounts', { tenant: 'right' }), 'accounts').length, 0);
  assert.equal(listed(await api.call('GET', '/v1/rules', { tenant: 'right' }), 'rules').length, 1);
  assert.equal(
    (await api.call('DELETE', '/v1/lists/vips', { tenant: 'right', headers: { 'If-Match': '*' } })).status,
    204,
  );
  assert.equal((await api.call('GET', '/v1/lists/vips', { tenant: 'left' })).status, 200);
  assert.equal((await api.call('GET', '/v1/lists/vips', { tenant: 'right' })).status, 404);
});

test('a cursor of one tenant leads another nowhere but in their own list', async () => {
  await settle('from', 'b1');
  await putAccount(api.table, 'from', 'b2');
  await putAccount(api.table, 'to', 'c1');
  const { nextCursor } = (await api.call('GET', '/v1/accounts', { tenant: 'from', query: 'limit=1' })).json;
  const page = await api.call('GET', '/v1/accounts', { tenant: 'to', query: `cursor=${nextCursor}` });
  assert.deepEqual(
    listed(page, 'accounts').map(({ id }) => id),
    ['c1'],
  );
});
