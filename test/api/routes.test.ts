import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAILBOX_OPERATIONS } from '../../shared/api/mailbox-operations.ts';
import { allowedMethods, matchRoute } from '../../shared/api/match-route.ts';
import { ROUTES, type Route, SCOPES } from '../../shared/api/routes.ts';
import { STORE_OPERATIONS } from '../../shared/api/store-operations.ts';

const routes: readonly Route[] = ROUTES;

test('every route has exactly one implementation, in the function that may do what it needs', () => {
  const ids = (opensMailbox: boolean) =>
    routes.filter((route) => route.opensMailbox === opensMailbox).map(({ operationId }) => operationId);
  assert.deepEqual(Object.keys(STORE_OPERATIONS).sort(), ids(false).sort());
  assert.deepEqual(Object.keys(MAILBOX_OPERATIONS).sort(), ids(true).sort());
  assert.deepEqual(ids(true), ['addAccount', 'getMessage']);
  assert.equal(new Set([...ids(true), ...ids(false)]).size, routes.length);
});

test('no two routes answer the same method and path', () => {
  assert.equal(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size, routes.length);
});

test('every scope is asked for somewhere, and writing asks for another than reading', () => {
  assert.deepEqual([...new Set(routes.map(({ scope }) => scope))].sort(), [...SCOPES].sort());
  for (const { method, scope } of routes) assert.equal(scope.endsWith(':write'), method !== 'GET');
});

test('a route that changes a revision asks for If-Match, one that creates takes an Idempotency-Key', () => {
  for (const { method, ifMatch, successStatus, idempotency } of routes) {
    assert.equal(ifMatch === 'required', method === 'PUT' || method === 'DELETE');
    assert.equal(idempotency === 'key', successStatus === 201);
    assert.equal(idempotency === 'safe', method === 'GET');
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
