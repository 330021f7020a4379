import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchRouteKey } from './routes.ts';
import { isDue } from './scheduler.ts';
import { throttleOf } from './throttle.ts';

const KEYS = ['ANY /v1/{proxy+}', 'GET /v1/rules/{id}', 'GET /v1/rules/preview', 'OPTIONS /v1/{proxy+}', '$default'];
const match = (method: string, path: string) =>
  matchRouteKey(
    KEYS.map((key) => ({ key })),
    method,
    path,
  );

test('the route that says most takes a request', () => {
  const keyOf = (method: string, path: string) => match(method, path)?.route.key;
  assert.equal(keyOf('GET', '/v1/rules/preview'), 'GET /v1/rules/preview');
  assert.equal(keyOf('GET', '/v1/rules/7'), 'GET /v1/rules/{id}');
  assert.equal(keyOf('POST', '/v1/rules/7'), 'ANY /v1/{proxy+}');
  assert.equal(keyOf('OPTIONS', '/v1/rules/7'), 'OPTIONS /v1/{proxy+}');
  assert.equal(keyOf('GET', '/v1'), '$default');
  assert.equal(matchRouteKey([{ key: 'GET /docs' }], 'GET', '/docs/more'), undefined);
  assert.deepEqual(match('GET', '/v1/rules/a%20b')?.parameters, { id: 'a b' });
  assert.deepEqual(match('POST', '/v1/a/b')?.parameters, { proxy: 'a/b' });
});

test('a bucket lets its burst through, then its rate', () => {
  let now = 0;
  const mayPass = throttleOf({ rate: 2, burst: 3 }, () => now);
  const passed = (many: number) => Array.from({ length: many }, mayPass).filter(Boolean).length;
  assert.equal(passed(10), 3);
  now += 1_000;
  assert.equal(passed(10), 2);
  now += 60_000;
  assert.equal(passed(10), 3, 'no more is saved than a burst');
});

test('a rate is due in whole minutes', () => {
  const at = (minute: number) => new Date(minute * 60_000);
  assert.deepEqual(
    [isDue('rate(1 minute)', at(7)), isDue('rate(5 minutes)', at(7)), isDue('rate(5 minutes)', at(10))],
    [true, false, true],
  );
  assert.throws(() => isDue('cron(0 12 * * ? *)', at(0)), /does not know/);
});
