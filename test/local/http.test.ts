import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { type HttpService, serveHttp } from '../../local/http.ts';
import type { ApiHandler } from '../../shared/api/handler.ts';
import { SCOPES } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import type { ApiEvent } from '../../shared/api/serve.ts';
import { type ApiUnderTest, putAccount, RULE, startApi } from '../api/api-under-test.ts';

let api: ApiUnderTest;
let http: HttpService;
before(async () => {
  api = await startApi();
  const authorize = (token: string) =>
    token.startsWith('token-of-') ? { sub: token.slice(9), scope: SCOPES.join(' ') } : undefined;
  http = await serveHttp({ port: 0, handlers: api.handlers, authorize });
});
after(async () => {
  await http.close();
  await api.stop();
});

type Sent = {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
};
const send = (method: string, path: string, { token = 'token-of-acme', headers = {}, body }: Sent = {}) =>
  fetch(`${http.url}${path}`, {
    method,
    headers: { ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
const json = { 'content-type': 'application/json' };

test('a rule goes its way over real HTTP', async () => {
  const made = await send('POST', '/v1/rules', { headers: json, body: JSON.stringify(RULE) });
  assert.equal(made.status, 201);
  assert.match(made.headers.get('content-type') ?? '', /^application\/json/);
  const path = made.headers.get('location') ?? '';
  const read = await send('GET', path);
  const { warnings, ...rule } = (await made.json()) as { readonly warnings: unknown };
  assert.deepEqual(warnings, []);
  assert.deepEqual([read.headers.get('etag'), await read.json()], ['"1"', rule]);
  const head = await send('HEAD', path);
  assert.deepEqual([head.status, head.headers.get('etag'), await head.text()], [200, '"1"', '']);
  const gone = await send('DELETE', path, { headers: { 'if-match': '"1"' } });
  assert.deepEqual([gone.status, await gone.text()], [204, '']);
  assert.equal((await send('GET', path)).status, 404);
});

test('without a valid bearer token there is 401 on every route, and none is needed for OPTIONS', async () => {
  for (const token of ['', 'wrong']) {
    for (const { method, path } of ROUTES) {
      const answer = await send(method, path.replace(/\{\w+\}/g, 'x'), { token });
      const { type } = (await answer.json()) as { type: string };
      assert.deepEqual(
        [answer.status, answer.headers.get('www-authenticate'), answer.headers.get('content-type'), type],
        [401, 'Bearer', 'application/problem+json', 'urn:mailyard:problem:auth.missing'],
      );
      assert.ok(answer.headers.get('x-request-id'));
    }
  }
  for (const authorization of ['token-of-acme', 'Basic token-of-acme', 'Bearer', 'Bearer a b']) {
    assert.equal((await send('GET', '/v1/rules', { token: '', headers: { authorization } })).status, 401);
  }
  const options = await send('OPTIONS', '/v1/rules', { token: '' });
  assert.deepEqual([options.status, options.headers.get('allow')], [204, 'GET, HEAD, OPTIONS, POST']);
});

test('the token names the tenant', async () => {
  await putAccount(api.table, 'acme', 'mine');
  assert.equal((await send('GET', '/v1/accounts/mine')).status, 200);
  assert.equal((await send('GET', '/v1/accounts/mine', { token: 'token-of-other' })).status, 404);
  assert.equal((await send('GET', '/v1/accounts/mine', { token: 'token-of-' })).status, 401);
});

test('a body of a type that is no text reaches the handler whole', async () => {
  const answer = await send('POST', '/v1/rules', {
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array([0xff]),
  });
  assert.equal(answer.status, 415);
});

test('a body over the API’s bound is 413, and so is one over the gateway’s, of which the rest is not waited for', async () => {
  const body = JSON.stringify({ ...RULE, description: 'x'.repeat(300_000) });
  assert.equal((await send('POST', '/v1/rules', { headers: json, body })).status, 413);
  const request = httpRequest(`${http.url}/v1/rules`, {
    method: 'POST',
    headers: { ...json, authorization: 'Bearer token-of-acme' },
  });
  request.on('error', () => undefined);
  const chunk = Buffer.alloc(1_048_576, 'x');
  for (let i = 0; i < 11; i += 1) request.write(chunk);
  const [response] = await once(request, 'response');
  assert.equal(response.statusCode, 413);
  request.destroy();
});

/** A server around handlers of the test's own, which sees what they are given. */
const withHandlers = async (
  handlers: { readonly api?: ApiHandler; readonly mail?: ApiHandler },
  act: (service: HttpService) => Promise<void>,
  timeoutMs?: number,
): Promise<void> => {
  const refuse: ApiHandler = async () => ({ statusCode: 599 });
  const service = await serveHttp({
    port: 0,
    handlers: { api: refuse, mail: refuse, ...handlers },
    authorize: () => ({ sub: 'acme', groups: ['a', 'b'], exp: 7 }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  try {
    await act(service);
  } finally {
    await service.close();
  }
};
const bearer = { authorization: 'Bearer x' };

test('a handler is given payload 2.0, as the gateway makes it', async () => {
  const events: ApiEvent[] = [];
  const echo: ApiHandler = async (event) => {
    events.push(event);
    return {
      statusCode: 200,
      cookies: ['a=1', 'b=2'],
      headers: { 'X-Number': 7 },
      body: 'aGk=',
      isBase64Encoded: true,
    };
  };
  await withHandlers({ api: echo }, async ({ url }) => {
    const answer = await fetch(`${url}/v1/nowhere%20at?b=1&a=x%20y&b=2,3`, {
      method: 'POST',
      headers: [
        ['authorization', 'Bearer x'],
        ['content-type', 'application/json'],
        ['x-many', 'one'],
        ['x-many', 'two'],
        ['cookie', 'c=1; d=2'],
      ],
      body: '{"ü":1}',
    });
    assert.deepEqual(answer.headers.getSetCookie(), ['a=1', 'b=2']);
    assert.deepEqual([answer.headers.get('x-number'), await answer.text()], ['7', 'hi']);
    await fetch(`${url}/`, { method: 'POST', headers: { ...bearer, 'content-type': 'image/png' }, body: '\u00ff' });
    await fetch(`${url}/`, { headers: bearer });
  });
  const [first, second, third] = events;
  assert.deepEqual(
    [first?.version, first?.rawPath, first?.rawQueryString, first?.queryStringParameters, first?.cookies],
    ['2.0', '/v1/nowhere%20at', 'b=1&a=x%20y&b=2,3', { b: '1,2,3', a: 'x y' }, ['c=1', 'd=2']],
  );
  assert.deepEqual([first?.headers['x-many']?.replaceAll(' ', ''), first?.headers['cookie']], ['one,two', undefined]);
  assert.deepEqual([first?.body, first?.isBase64Encoded], ['{"ü":1}', false]);
  assert.ok(first !== undefined);
  const { authorizer, http: line }: ApiEvent['requestContext'] & { authorizer?: unknown } = first.requestContext;
  assert.deepEqual(authorizer, { jwt: { claims: { sub: 'acme', groups: '[a b]', exp: '7' }, scopes: null } });
  assert.deepEqual([line.method, line.path, line.sourceIp], ['POST', '/v1/nowhere%20at', '127.0.0.1']);
  assert.deepEqual([second?.body, second?.isBase64Encoded], ['w78=', true]);
  assert.deepEqual([third?.body, third?.isBase64Encoded, third?.queryStringParameters], [undefined, false, undefined]);
});

test('a result without a status is the body itself', async () => {
  const results: unknown[] = [{ hello: 1 }, 'text', undefined];
  const plain = (async () => results.shift()) as unknown as ApiHandler;
  await withHandlers({ api: plain }, async ({ url }) => {
    for (const expected of ['{"hello":1}', 'text', '{}']) {
      const answer = await fetch(url, { headers: bearer });
      assert.deepEqual(
        [answer.status, answer.headers.get('content-type'), await answer.text()],
        [200, 'application/json', expected],
      );
    }
  });
});

test('routes that open a mailbox go to the mail handler, all others to the api handler', async () => {
  const naming =
    (name: string): ApiHandler =>
    async () => ({ statusCode: 200, headers: { 'x-handler': name } });
  await withHandlers({ api: naming('api'), mail: naming('mail') }, async ({ url }) => {
    for (const { method, path, opensMailbox } of ROUTES) {
      const answer = await fetch(`${url}${path.replace(/\{\w+\}/g, 'x')}`, { method, headers: bearer });
      assert.equal(answer.headers.get('x-handler'), opensMailbox ? 'mail' : 'api');
    }
    const unknown = await fetch(`${url}/v1/x`, { headers: bearer });
    assert.equal(unknown.headers.get('x-handler'), 'api');
  });
});

test('a handler that does not answer is given up on with 503, one that throws with 500', async () => {
  const remaining: number[] = [];
  const never: ApiHandler = (_, context) => {
    remaining.push(context.getRemainingTimeInMillis());
    return new Promise(() => undefined);
  };
  await withHandlers(
    { api: never },
    async ({ url }) => {
      const answer = await fetch(url, { headers: bearer });
      assert.equal(answer.status, 503);
      assert.match(await answer.text(), /deadline\.reached/);
    },
    80,
  );
  assert.ok((remaining[0] ?? 0) > 0 && (remaining[0] ?? 0) <= 80);
  const throws: ApiHandler = async () => {
    throw new Error('secret words');
  };
  await withHandlers({ api: throws }, async ({ url }) => {
    const answer = await fetch(url, { headers: bearer });
    assert.equal(answer.status, 500);
    assert.doesNotMatch(await answer.text(), /secret/);
  });
});

test('closing waits for what is under way and takes nothing new', async () => {
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const slow: ApiHandler = async () => {
    start();
    await released;
    return { statusCode: 200, body: 'done' };
  };
  const service = await serveHttp({ port: 0, handlers: { api: slow, mail: slow }, authorize: () => ({ sub: 'x' }) });
  const answer = fetch(service.url, { headers: bearer });
  await started;
  const closed = service.close();
  const refused = connect(service.port, '127.0.0.1');
  await assert.rejects(once(refused, 'connect'), { code: 'ECONNREFUSED' });
  release();
  assert.equal(await (await answer).text(), 'done');
  await closed;
});
