import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAILBOX_OPERATIONS } from '../../shared/api/mailbox-operations.ts';
import { allowedMethods, matchRoute } from '../../shared/api/match-route.ts';
import { type Route, SCOPES } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { STORE_OPERATIONS } from '../../shared/api/store-operations.ts';

const routes: readonly Route[] = ROUTES;

test('every route has exactly one implementation, in the function that may do what it needs', () => {
  const ids = (opensMailbox: boolean) =>
    routes.filter((route) => route.opensMailbox === opensMailbox).map(({ operationId }) => operationId);
  assert.deepEqual(Object.keys(STORE_OPERATIONS).sort(), ids(false).sort());
  assert.deepEqual(Object.keys(MAILBOX_OPERATIONS).sort(), ids(true).sort());
  assert.equal(new Set([...ids(true), ...ids(false)]).size, routes.length);
});

test('no two routes answer the same method and path', () => {
  assert.equal(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size, routes.length);
});

test('what only reads asks for no scope to write', () => {
  for (const { method, scope, operationId } of routes) {
    assert.ok(SCOPES.includes(scope), operationId);
    if (method === 'GET') assert.ok(scope.endsWith(':read'), operationId);
  }
});

test('a route that replaces or deletes what the owner wrote asks for If-Match', () => {
  const read = new Map(routes.filter(({ method }) => method === 'GET').map((route) => [route.path, route]));
  for (const { method, path, ifMatch, operationId } of routes) {
    // Messages and folders are the mail server's, and have no revision of ours.
    const isTheirs = method === 'PUT' || read.get(path)?.etag === true;
    if (isTheirs && method !== 'GET') assert.equal(ifMatch, 'required', operationId);
    if (method === 'GET') assert.equal(ifMatch, undefined, operationId);
    // Only what becomes the next revision of a thing that is there.
    if (method === 'POST') assert.equal(ifMatch === 'required', path.endsWith('/restore'), operationId);
  }
});

test('whatever can be replaced or deleted is read with an ETag, so that its change can name what it was made from', () => {
  const guarded = new Set(routes.filter(({ ifMatch }) => ifMatch !== undefined).map(({ path }) => path));
  const reads = routes.filter(({ method, path }) => method === 'GET' && guarded.has(path));
  assert.ok(reads.length >= 4, String(reads.length));
  for (const { operationId, etag } of reads) assert.equal(etag, true, operationId);
});

test('each single thing that its owner wrote is read with an ETag', () => {
  const single = routes.filter(
    ({ method, path, opensMailbox }) => method === 'GET' && path.endsWith('}') && !opensMailbox,
  );
  const without = single.filter(({ etag }) => etag !== true).map(({ operationId }) => operationId);
  // How far rules are applied is written by nobody.
  assert.deepEqual(without, ['getApplication']);
  assert.ok(single.length >= 6, String(single.length));
});

test('only GET is safe to send twice unasked, and what makes a new thing goes by its Idempotency-Key', () => {
  for (const { method, successStatus, idempotency, operationId } of routes) {
    assert.equal(idempotency === 'safe', method === 'GET', operationId);
    if (successStatus === 201) assert.equal(idempotency, 'key', operationId);
    if (idempotency === 'key') assert.equal(method, 'POST', operationId);
  }
});

test('a path is matched as a whole', () => {
  const idOf = (method: string, path: string) => matchRoute(method, path)?.operationId;
  assert.equal(idOf('GET', '/v1/accounts/a'), 'getAccount');
  assert.equal(idOf('HEAD', '/v1/accounts/a/'), 'getAccount');
  assert.equal(idOf('GET', '/v1/accounts/a/messages/b'), 'getMessage');
  assert.equal(idOf('GET', '/v1/accounts/a/messages'), 'listMessages');
  for (const path of ['/v1/accounts/a/b', '/v2/accounts', '/x/v1/accounts', '/v1/accounts//folders', '']) {
    assert.equal(idOf('GET', path), undefined);
    assert.deepEqual(allowedMethods(path), []);
  }
});
