import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Context } from 'aws-lambda';
import { apiHandler } from '../../shared/api/handler.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { STORE_OPERATIONS } from '../../shared/api/store-operations.ts';
import { tenantThrottle } from '../../shared/api/throttle.ts';
import { LIMITS } from '../../shared/limits.ts';
import {
  type ApiUnderTest,
  assertProblem,
  eventOf,
  invoke,
  pointersOf,
  putAccount,
  REQUEST_KEY,
  RULE,
  startApi,
} from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.stop());

test('every answer names its request and is not to be stored', async () => {
  for (const answer of [
    await api.call('GET', '/v1/rules'),
    await api.call('GET', '/v1/nowhere'),
    await api.call('OPTIONS', '/v1/rules'),
  ]) {
    assert.equal(answer.headers['x-request-id'], 'request-1');
    assert.equal(answer.headers['cache-control'], 'no-store');
  }
});

test('without claims, without a tenant or with one that makes no key, there is 401 for every path', async () => {
  const hopeless = [null, {}, { sub: '' }, { sub: 7 }, { sub: 'x'.repeat(129) }, { sub: '\ud800' }];
  for (const claims of hopeless) {
    for (const path of ['/v1/rules', '/v1/nowhere']) {
      const answer = await api.call('GET', path, { claims });
      assertProblem(answer, 'auth.missing', 401);
      assert.equal(answer.headers['www-authenticate'], 'Bearer');
    }
  }
});

test('a claim that every object inherits names no tenant', async () => {
  const handler = apiHandler({
    operations: STORE_OPERATIONS,
    depsOf: () => api.deps,
    requestKey: REQUEST_KEY,
    tenantClaim: 'constructor',
  });
  assertProblem(await invoke(handler, 'GET', '/v1/rules'), 'auth.missing', 401);
});

test('the tenant may be named by another claim', async () => {
  const handler = apiHandler({
    operations: STORE_OPERATIONS,
    depsOf: () => api.deps,
    requestKey: REQUEST_KEY,
    tenantClaim: 'custom:tenant',
  });
  const claims = { sub: 'someone', 'custom:tenant': 'by-claim', scope: 'mailyard/rules:write mailyard/rules:read' };
  const made = await invoke(handler, 'POST', '/v1/rules', { claims, body: RULE });
  assert.equal(made.status, 201);
  assert.equal((await api.call('GET', made.headers['location'] ?? '', { tenant: 'by-claim' })).status, 200);
  assert.equal((await api.call('GET', made.headers['location'] ?? '', { tenant: 'someone' })).status, 404);
});

test('every route asks for its own scope, with or without the resource server in front of it', async () => {
  for (const { method, path, scope } of ROUTES) {
    const url = path.replace(/\{\w+\}/g, 'x');
    const others = ROUTES.map((route) => route.scope).filter((other) => other !== scope);
    const refused = await api.call(method, url, { claims: { sub: 'acme', scope: others.join(' ') } });
    assertProblem(refused, 'auth.scope', 403);
    for (const held of [scope, `mailyard/${scope}`]) {
      assert.notEqual((await api.call(method, url, { claims: { sub: 'acme', scope: held } })).status, 403);
    }
    assertProblem(await api.call(method, url, { claims: { sub: 'acme', scope: `other/${scope}` } }), 'auth.scope', 403);
    assertProblem(await api.call(method, url, { claims: { sub: 'acme' } }), 'auth.scope', 403);
  }
});

test('an unknown path is 404, a wrong method 405 with what is allowed', async () => {
  assertProblem(await api.call('GET', '/v1/rule'), 'not-found', 404);
  assertProblem(await api.call('GET', '/'), 'not-found', 404);
  assertProblem(await api.call('GET', '/v1/rules/a/b'), 'not-found', 404);
  const answer = await api.call('PATCH', '/v1/rules/x');
  assertProblem(answer, 'method-not-allowed', 405);
  assert.equal(answer.headers['allow'], 'DELETE, GET, HEAD, OPTIONS, PUT');
  assert.equal((await api.call('PUT', '/v1/accounts')).headers['allow'], 'GET, HEAD, OPTIONS, POST');
});

test('OPTIONS needs no token and tells the methods', async () => {
  const answer = await api.call('OPTIONS', '/v1/rules', { claims: null });
  assert.equal(answer.status, 204);
  assert.equal(answer.headers['allow'], 'GET, HEAD, OPTIONS, POST');
  assertProblem(await api.call('OPTIONS', '/v1/nowhere', { claims: null }), 'not-found', 404);
});

test('HEAD is answered as GET, without the body', async () => {
  await putAccount(api.table, 'acme', 'head-1');
  const get = await api.call('GET', '/v1/accounts/head-1');
  const head = await api.call('HEAD', '/v1/accounts/head-1');
  assert.equal(head.status, 200);
  assert.equal(head.text, '');
  assert.deepEqual(head.headers, get.headers);
  const missing = await api.call('HEAD', '/v1/accounts/none');
  assert.deepEqual([missing.status, missing.text], [404, '']);
});

test('HEAD of what would open a mailbox is not allowed', async () => {
  const answer = await api.call('HEAD', '/v1/accounts/a/messages/b');
  assert.deepEqual([answer.status, answer.headers['allow']], [405, 'DELETE, GET, OPTIONS, PATCH']);
});

test('an id that no id of ours looks like is nobody’s', async () => {
  for (const id of ['%2e%2e', 'a%23b', 'a b', 'é', 'x'.repeat(257)]) {
    assertProblem(await api.call('GET', `/v1/rules/${id}`), 'not-found', 404);
  }
});

test('bodies: JSON as text or base64, and nothing else', async () => {
  const before = await api.items();
  const json = JSON.stringify(RULE);
  const bad: [string, number, unknown, Record<string, string>?][] = [
    ['request.unsupported-media-type', 415, json, { 'Content-Type': 'text/plain' }],
    ['request.unsupported-media-type', 415, json, { 'Content-Type': 'application/json; charset=latin1' }],
    ['request.unsupported-media-type', 415, json, { 'Content-Type': 'application/jsonp' }],
    ['request.unsupported-media-type', 415, json, { 'Content-Type': '' }],
    ['request.invalid', 400, '{"name":'],
    ['request.invalid', 400, ''],
    ['request.invalid', 400, undefined],
    ['request.invalid', 400, new Uint8Array([0x22, 0xff, 0x22])],
    ['request.too-large', 413, JSON.stringify({ ...RULE, description: 'x'.repeat(LIMITS.requestBodyBytesMax) })],
    ['request.too-large', 413, new Uint8Array(LIMITS.requestBodyBytesMax + 1)],
    ['validation.failed', 422, '[]'],
    ['validation.failed', 422, 'null'],
    ['validation.failed', 422, `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['validation.failed', 422, `${'{"operator":"NOT","conditions":['.repeat(5_000)}${']}'.repeat(5_000)}`],
  ];
  for (const [type, status, body, headers] of bad) {
    assertProblem(await api.call('POST', '/v1/rules', { body, ...(headers ? { headers } : {}) }), type, status);
  }
  assert.deepEqual(await api.items(), before);
  for (const type of ['application/json', 'Application/JSON; charset=UTF-8']) {
    const made = await api.call('POST', '/v1/rules', { body: Buffer.from(json), headers: { 'Content-Type': type } });
    assert.equal(made.status, 201);
  }
});

test('a body that is too large is refused on a route that takes none', async () => {
  const body = 'x'.repeat(LIMITS.requestBodyBytesMax + 1);
  assertProblem(await api.call('GET', '/v1/rules', { body }), 'request.too-large', 413);
});

test('query parameters that are not right are named, all of them at once', async () => {
  const path = '/v1/accounts/head-1/messages';
  const cases: [string, string[]][] = [
    ['limit=0&folder=INBOX', ['limit']],
    ['limit=201&folder=INBOX', ['limit']],
    ['limit=-1&folder=INBOX', ['limit']],
    ['limit=ten&keyword=a%20b', ['limit', 'folder', 'keyword']],
    ['folder=INBOX&folder=Sent', ['folder']],
    ['folder=a%00b', ['folder']],
    ['folder=INBOX&colour=red', ['colour']],
    ['folder=INBOX&__proto__=x', ['__proto__']],
    ['folder=Nowhere', ['folder']],
    ['folder=INBOX&cursor=!!!', ['cursor']],
  ];
  for (const [query, pointers] of cases) {
    const answer = await api.call('GET', path, { query });
    assertProblem(answer, 'validation.failed', 422);
    assert.deepEqual(pointersOf(answer), pointers.sort(), query);
  }
  assertProblem(await api.call('GET', '/v1/rules/x', { query: 'limit=1' }), 'validation.failed', 422);
});

test('a failure of our own says no more than that, and the log says all', async () => {
  const deps = { ...api.deps, table: { ...api.table, name: 'no-such-table' } };
  const handler = apiHandler({ operations: STORE_OPERATIONS, depsOf: () => deps, requestKey: REQUEST_KEY });
  const from = api.logged.length;
  const answer = await invoke(handler, 'GET', '/v1/rules');
  assertProblem(answer, 'internal', 500);
  assert.deepEqual(Object.keys(answer.json).sort(), ['instance', 'remedy', 'status', 'title', 'type']);
  const lines = api.logged.slice(from);
  assert.equal(lines.length, 1);
  assert.ok(/^error [\s\S]*api\.failed[\s\S]*ResourceNotFound/.test(lines[0] ?? ''));
});

test('a request that runs out of time is 503', async () => {
  const { listRules: _listRules, ...others } = STORE_OPERATIONS;
  const operations = { ...others, listRules: () => new Promise<never>(() => undefined) };
  const handler = apiHandler({ operations, depsOf: () => api.deps, requestKey: REQUEST_KEY });
  const context = { awsRequestId: 'x', getRemainingTimeInMillis: () => 30 } as Context;
  const result = await handler(eventOf('GET', '/v1/rules'), context);
  assert.equal(result.statusCode, 503);
  assert.match(result.body ?? '', /deadline\.reached/);
});

test('a line is logged for each request, with ids and codes alone', async () => {
  const from = api.logged.length;
  await api.call('POST', '/v1/rules', { body: { ...RULE, name: 'canary-name', colour: 'canary-colour' } });
  const [line, ...rest] = api.logged.slice(from);
  assert.equal(rest.length, 0);
  assert.match(line ?? '', /createRule/);
  assert.match(line ?? '', /validation\.failed/);
  assert.doesNotMatch(line ?? '', /canary/);
});

test('whatever is logged while a request is served names it', async () => {
  const { listRules, ...others } = STORE_OPERATIONS;
  const talkative: typeof listRules = async (deps, request) => {
    deps.log.info('one', { account: 'a1' });
    deps.log.warn('two');
    deps.log.error('three', {}, new Error('a cause'));
    return await listRules(deps, request);
  };
  const operations = { ...others, listRules: talkative };
  const handler = apiHandler({ operations, depsOf: () => api.deps, requestKey: REQUEST_KEY });
  const from = api.logged.length;
  assert.equal((await invoke(handler, 'GET', '/v1/rules')).status, 200);
  const lines = api.logged.slice(from);
  assert.deepEqual(
    lines.map((line) => /^(\w+) \[\s*'([\w.]+)'/.exec(line)?.slice(1)),
    [
      ['info', 'one'],
      ['warn', 'two'],
      ['error', 'three'],
      ['info', 'api.answered'],
    ],
  );
  for (const line of lines) assert.match(line, /requestId: 'request-1'/);
  assert.match(lines[0] ?? '', /account: 'a1'/);
  assert.match(lines[2] ?? '', /a cause/);
});

test('who sends too much at once is told to wait, and others are not', async () => {
  const throttle = tenantThrottle({ perSecond: 0.001, burst: 3, tenantsMax: 2 });
  const options = { operations: STORE_OPERATIONS, depsOf: () => api.deps, requestKey: REQUEST_KEY, throttle };
  const handler = apiHandler(options);
  const send = (tenant: string) => invoke(handler, 'GET', '/v1/rules', { tenant });
  for (let i = 0; i < 3; i += 1) assert.equal((await send('eager')).status, 200);
  const refused = await send('eager');
  assertProblem(refused, 'request.too-many', 429);
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal((await send('calm')).status, 200);
});

test('a bucket fills again with time, to its brim and no further', () => {
  const throttle = tenantThrottle({ perSecond: 10, burst: 2, tenantsMax: 1 });
  const taken = [0, 0, 0, 99, 100, 100, 60_000, 60_000, 60_000].map((at) => throttle.take('a', at));
  assert.deepEqual(taken, [true, true, false, false, true, false, true, true, false]);
});
