import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type HttpService, serveHttp } from '../../local/http.ts';
import { ApiProblem, apiClient } from '../../shared/api/client.ts';
import { SCOPES } from '../../shared/api/route.ts';
import { type ApiUnderTest, putAccount, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
let http: HttpService;
before(async () => {
  api = await startApi();
  const claims = { sub: 'acme', scope: SCOPES.join(' ') };
  http = await serveHttp({
    port: 0,
    handlers: api.handlers,
    authorize: (token) => (token === 'good' ? claims : undefined),
  });
  await putAccount(api.table, 'acme', 'home');
});
after(async () => {
  await http.close();
  await api.stop();
});

const client = (fetch?: typeof globalThis.fetch, token = 'good') =>
  apiClient({ url: http.url, token: () => token, ...(fetch === undefined ? {} : { fetch }) });
const RULE = { name: 'Bills', conditions: { subject: 'bill' }, actions: [{ type: 'flag' as const }] };

test('a rule is made, read, replaced and deleted, each with the types of its route', async () => {
  const { call } = client();
  const made = await call('createRule', { body: RULE, idempotencyKey: 'once' });
  const params = { ruleId: made.body.id };
  assert.equal((await call('createRule', { body: RULE, idempotencyKey: 'once' })).body.id, made.body.id);
  const { warnings, ...rule } = made.body;
  assert.deepEqual(warnings, []);
  assert.deepEqual((await call('getRule', { params })).body, rule);
  const ifMatch = made.etag ?? '';
  const replaced = await call('replaceRule', { params, body: { ...RULE, mode: 'off' }, ifMatch });
  assert.equal(replaced.body.mode, 'off');
  assert.deepEqual(
    (await call('listRules', { query: { limit: 1 } })).body.rules.map(({ id }) => id),
    [made.body.id],
  );
  assert.equal((await call('deleteRule', { params, ifMatch: '*' })).body, undefined);
  assert.equal((await call('listRules')).body.rules.length, 0);
  assert.equal((await call('requestSync', { params: { accountId: 'home' } })).body.accountId, 'home');
});

test('what the types refuse is what the routes do not take', () => {
  const { call } = client();
  const refused = [
    // @ts-expect-error there is no such operation
    () => call('readRule', {}),
    // @ts-expect-error the path has a parameter
    () => call('getRule'),
    // @ts-expect-error a change names the revision it was made from
    () => call('deleteRule', { params: { ruleId: 'x' } }),
    // @ts-expect-error a mode that there is not
    () => call('createRule', { body: { ...RULE, mode: 'maybe' } }),
    // @ts-expect-error a parameter that there is not
    () => call('listRules', { query: { colour: 'red' } }),
  ];
  assert.equal(refused.length, 5);
});

test('a problem is thrown with what it says', async () => {
  const { call } = client();
  await assert.rejects(
    call('getRule', { params: { ruleId: 'none' } }),
    (error) =>
      error instanceof ApiProblem && error.status === 404 && error.problem?.type === 'urn:mailyard:problem:not-found',
  );
  await assert.rejects(client(undefined, 'bad').call('listRules'), { status: 401 });
});

/** Answers so often with one status, then as the service does. */
const failing = (times: number, status: number, headers: Record<string, string>) => {
  const sent: string[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    sent.push(String(url));
    return sent.length <= times
      ? new Response('{"message":"Too Many Requests"}', { status, headers })
      : await globalThis.fetch(url, init);
  };
  return { sent, fetch };
};

test('it waits and asks again where that is allowed, and nowhere else', async () => {
  const patient = failing(2, 503, { 'retry-after': '0' });
  assert.equal((await client(patient.fetch).call('listRules')).body.rules.length, 0);
  assert.equal(patient.sent.length, 3);

  const without = failing(1, 503, { 'retry-after': '0' });
  await assert.rejects(client(without.fetch).call('createRule', { body: RULE }), { status: 503, problem: undefined });
  assert.equal(without.sent.length, 1, 'it might have been carried out');
  const keyed = failing(1, 429, { 'retry-after': '0' });
  await client(keyed.fetch).call('createRule', { body: RULE, idempotencyKey: 'again' });
  assert.equal(keyed.sent.length, 2);
  // API Gateway's own throttle names no time.
  const gateway = failing(1, 429, {});
  await client(gateway.fetch).call('listRules');
  assert.equal(gateway.sent.length, 2);

  for (const [status, headers] of [
    [503, { 'retry-after': '3600' }],
    [409, {}],
    [500, { 'retry-after': '0' }],
  ] as const) {
    const gaveUp = failing(1, status, headers);
    await assert.rejects(client(gaveUp.fetch).call('listRules'), { status });
    assert.equal(gaveUp.sent.length, 1);
  }
});
