import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { missingRuntimeClient, runLambda } from '../support/ric.ts';
import { type Bundle, bundleFunction } from '../support/ric-bundle.ts';

const missing = missingRuntimeClient();
const inCi = (process.env['CI'] ?? '') !== '';

test('the real Lambda runtime client is here', () => {
  // Elsewhere than in CI a machine without a compiler may still run the rest of the tests.
  assert.ok(missing === undefined || !inCi, missing);
  if (missing !== undefined) console.error(`\n!! NOT TESTED: no bundle was run, as ${missing}\n`);
});

if (missing === undefined) {
  let bundle: Bundle;
  before(async () => {
    bundle = await bundleFunction('test/runtime/echo.ts');
  });
  after(() => bundle.remove());

  test('a bundle made as the stack makes it is loaded and answers, keeping its state between calls', async () => {
    const lambda = await runLambda({ bundleDir: bundle.dir });
    try {
      assert.ok(lambda.initMs > 0 && lambda.initMs < 10_000, `${lambda.initMs}`);
      const expected = { value: ['ü', 1], node: '24', hasRequestId: true };
      for (const calls of [1, 2]) {
        const answer = await lambda.invoke({ do: 'echo', value: ['ü', 1] });
        assert.deepEqual(answer, { ok: true, result: { ...expected, calls } });
      }
    } finally {
      await lambda.stop();
    }
  });

  test('a thrown error comes back with its type and message, and the next call works', async () => {
    const lambda = await runLambda({ bundleDir: bundle.dir });
    try {
      assert.deepEqual(await lambda.invoke({ do: 'throw' }), {
        ok: false,
        errorType: 'TypeError',
        errorMessage: 'thrown on purpose',
      });
      assert.equal((await lambda.invoke({ do: 'echo' })).ok, true);
    } finally {
      await lambda.stop();
    }
  });

  test('a function that ends its process is an error, not a wait', async () => {
    const lambda = await runLambda({ bundleDir: bundle.dir });
    try {
      const answer = await lambda.invoke({ do: 'exit' });
      assert.equal(answer.ok === false && answer.errorType, 'Runtime.ExitError');
    } finally {
      await lambda.stop();
    }
  });

  test('a handler that is not there and a module that throws fail the start', async () => {
    await assert.rejects(runLambda({ bundleDir: bundle.dir, handler: 'index.other' }), /other/);
    writeFileSync(path.join(bundle.dir, 'broken.mjs'), 'throw new RangeError("no start")');
    await assert.rejects(runLambda({ bundleDir: bundle.dir, handler: 'broken.handler' }), /no start/);
  });
}
