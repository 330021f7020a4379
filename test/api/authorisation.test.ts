/** Who may do what: every route of the table, asked for by everybody it is not for, over HTTP with real tokens. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { UnsecuredJWT } from 'jose';
import { type HttpService, serveHttp } from '../../local/http.ts';
import { issuerTokens } from '../../local/issuer-tokens.ts';
import { EXAMPLE_PARAMS } from '../../shared/api/example-params.ts';
import { type Route, SCOPES } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { undocumented } from '../support/documented.ts';
import { startIssuer, type TestIssuer } from '../support/issuer.ts';
import { allItems } from './api-under-test.ts';
import {
  type ExampleRequest,
  type ExampleWorld,
  exampleRequest,
  needsPerson,
  startExampleWorld,
} from './example-world.ts';

const routes: readonly Route[] = ROUTES;
const ALL = SCOPES.join(' ');

let world: ExampleWorld;
let ours: TestIssuer;
let theirs: TestIssuer;
let http: HttpService;
before(async () => {
  [world, ours, theirs] = await Promise.all([startExampleWorld(), startIssuer(), startIssuer()]);
  http = await serveHttp({
    port: 0,
    handlers: world.handlers,
    authorize: issuerTokens({ ...ours, audience: [ours.audience] }),
  });
});
after(async () => {
  await http?.close();
  await Promise.all([world?.stop(), ours?.stop(), theirs?.stop()]);
});

type Told = { readonly status: number; readonly text: string; readonly type: string };

const send = async (route: Route, request: ExampleRequest, token: string | undefined): Promise<Told> => {
  const { path, query, headers, body } = request;
  const answer = await fetch(`${http.url}${path}${query === '' ? '' : `?${query}`}`, {
    method: route.method,
    headers: {
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const told = { status: answer.status, headers: Object.fromEntries(answer.headers), text };
  assert.deepEqual(undocumented(route.operationId, route.method, told), []);
  const { type = '' } = text === '' ? {} : (JSON.parse(text) as { type?: string });
  return { status: answer.status, text, type: type.replace('urn:mailyard:problem:', '') };
};

/** Tokens that open nothing, whatever they say of tenant and scope. */
const worthless = async (tenant: string): Promise<Readonly<Record<string, string | undefined>>> => {
  const claims = { sub: tenant, scope: ALL };
  const now = Math.floor(Date.now() / 1_000);
  const good = await ours.token(claims);
  const [head, , signature] = good.split('.');
  const others = Buffer.from(JSON.stringify({ ...claims, iss: ours.issuer, aud: ours.audience, exp: now + 600 }));
  return {
    'no token': undefined,
    'no token at all': 'not-a-token',
    expired: await ours.token({ ...claims, iat: now - 7_200, exp: now - 3_600 }),
    'without an end': await ours.token({ ...claims, exp: undefined }),
    'not valid yet': await ours.token({ ...claims, nbf: now + 3_600 }),
    'of another issuer': await theirs.token(claims),
    'signed by another issuer in our name': await theirs.token({ ...claims, iss: ours.issuer }),
    'for another audience': await ours.token({ ...claims, aud: 'elsewhere' }),
    'for nobody': await ours.token({ ...claims, aud: undefined }),
    'with other claims under the signature': `${head}.${others.toString('base64url')}.${signature}`,
    'not signed': new UnsecuredJWT({ ...claims, iss: ours.issuer, aud: ours.audience, exp: now + 600 }).encode(),
    'without a tenant': await ours.token({ scope: ALL }),
  };
};

for (const route of routes) {
  test(`${route.operationId}: its own tenant with its scope, and nobody else`, async () => {
    const tenant = `owner-${route.operationId}`;
    const request = exampleRequest(world, route, await world.settle(tenant));
    const untouched = await allItems(world.deps.table);

    for (const [what, token] of Object.entries(await worthless(tenant))) {
      const { status, type } = await send(route, request, token);
      assert.deepEqual([status, type], [401, 'auth.missing'], what);
    }
    const others = SCOPES.filter((scope) => scope !== route.scope);
    for (const scope of [undefined, '', others.join(' '), `other/${route.scope}`, route.scope.toUpperCase()]) {
      const { status, type } = await send(route, request, await ours.token({ sub: tenant, scope }));
      assert.deepEqual([status, type], [403, 'auth.scope'], String(scope));
    }
    const stranger = await send(route, request, await ours.token({ sub: 'stranger', scope: ALL }));
    if (route.path.includes('{')) {
      assert.deepEqual([stranger.status, stranger.type], [404, 'not-found']);
      assert.deepEqual(await allItems(world.deps.table), untouched, 'nothing was changed by any of them');
    }
    // A folder's id is a short number of its account, and says nothing.
    const ids = Object.values(EXAMPLE_PARAMS).filter((id) => id.length > 8);
    for (const id of ids) assert.ok(!stranger.text.includes(id), 'nothing of it is told');

    const client = { sub: tenant, scope: `openid mailyard/${route.scope}`, aud: undefined, client_id: ours.audience };
    const { status, type, text } = await send(route, request, await ours.token(client));
    // What only a person at a provider's page brings back is asked for, and turned down for itself alone.
    const isLetIn = status === route.successStatus || (needsPerson(route) && type === 'oauth.state');
    assert.ok(isLetIn, `${status} ${text}`);
  });
}
