import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROUTES } from '../../shared/api/routes.ts';
import { fuzzApi, REQUESTS_PER_TENANT, shallow } from './fuzz.ts';

// As few as let each operation begin a tenant once.
const REQUESTS = REQUESTS_PER_TENANT * ROUTES.length;

// Seconds of work, which a busy machine stretches.
const TIMEOUT_MS = 600_000;

test('random requests for every operation are answered as documented, and never with a failure of ours', {
  timeout: TIMEOUT_MS,
}, async () => {
  const report = await fuzzApi(REQUESTS, 20_261_123);
  assert.deepEqual(report.failures, []);
  assert.equal(report.requests, REQUESTS);
  // It goes deep enough to be worth something: each operation was done, and refused.
  assert.deepEqual(shallow(report, 2), []);
});
