import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { needsPerson } from '../api/example-world.ts';
import { fuzzApi } from './fuzz.ts';

// As few as let each operation begin a tenant once.
const REQUESTS = 16 * ROUTES.length;

// Seconds of work, which a busy machine stretches.
const TIMEOUT_MS = 300_000;

test('random requests for every operation are answered as documented, and never with a failure of ours', {
  timeout: TIMEOUT_MS,
}, async () => {
  const { statuses, failures, requests } = await fuzzApi(REQUESTS, 20_261_123);
  assert.deepEqual(failures, []);
  assert.equal(requests, REQUESTS);
  // It goes deep enough to be worth something: each operation was done, and refused.
  for (const route of ROUTES as readonly Route[]) {
    const { operationId, successStatus } = route;
    const counts = statuses.get(operationId) ?? new Map<number, number>();
    assert.ok(
      (counts.get(successStatus) ?? 0) > 0 || needsPerson(route),
      `${operationId} was never done: ${[...counts]}`,
    );
    assert.ok(counts.size > 1, `${operationId} was hardly ever refused: ${[...counts]}`);
  }
});
