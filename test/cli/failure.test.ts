/** Exit codes, and the words that a failure ends in. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { EXIT, exitOfStatus } from '../../cli/exit-codes.ts';
import { Failure, toldOf } from '../../cli/failure.ts';
import { ApiProblem } from '../../shared/api/client.ts';
import { problemOf } from '../../shared/api/problem.ts';
import { ERROR_CODES, type ErrorCode, MailyardError } from '../../shared/errors.ts';
import { REMEDIES } from '../../shared/remedies.ts';
import { UsageError } from '../../shared/terminal/usage-error.ts';

const problem = (code: ErrorCode): ApiProblem => {
  const body = problemOf(new MailyardError(code, 'so it is'), 'r1', true);
  return new ApiProblem('getRule', body.status, body);
};

describe('exit codes', () => {
  it('are told in docs/cli.md, each once', () => {
    const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
    const told = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    assert.deepEqual(told, Object.values(EXIT));
  });

  it('follow from the status of the API', () => {
    const expected: Record<number, number> = { 400: 1, 401: 3, 403: 3, 404: 4, 409: 5, 412: 5, 422: 1, 428: 1, 429: 6 };
    for (const [status, exit] of Object.entries(expected)) assert.equal(exitOfStatus(Number(status)), exit, status);
    for (const status of [500, 502, 503, 504]) assert.equal(exitOfStatus(status), EXIT.unavailable);
  });
});

describe('a failure', () => {
  it('of the API ends in its way out, whatever its code', () => {
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      const told = toldOf(problem(code));
      assert.equal(told.exit, exitOfStatus(ERROR_CODES[code].status), code);
      assert.equal(told.type, `urn:mailyard:problem:${code}`);
      const remedy = code === 'auth.missing' ? 'Sign in again: mailyard login.' : REMEDIES[code];
      assert.equal(told.remedy, remedy, code);
      assert.equal(told.request, ERROR_CODES[code].status >= 500 ? 'r1' : undefined, code);
    }
  });

  it('of something in between has no words of ours', () => {
    assert.deepEqual(toldOf(new ApiProblem('getRule', 502, undefined)), {
      exit: EXIT.unavailable,
      message: 'getRule was answered with 502',
    });
    assert.equal(toldOf(new ApiProblem('getRule', 401, undefined)).remedy, 'Sign in again: mailyard login.');
  });

  it('of the command line, of the network, and of our own', async () => {
    assert.deepEqual(toldOf(new UsageError('no')), { exit: EXIT.usage, message: 'no' });
    assert.deepEqual(toldOf(new Failure(EXIT.conflict, 'no', 'so')), { exit: 5, message: 'no', remedy: 'so' });
    const network = await fetch('http://127.0.0.1:1/').catch((error: unknown) => error);
    assert.equal(toldOf(network).exit, EXIT.unavailable);
    assert.match(toldOf(network).remedy ?? '', /mailyard login/);
    assert.equal(toldOf(new MailyardError('oauth.unreachable', 'no')).exit, EXIT.unavailable);
    assert.equal(toldOf(new MailyardError('oauth.denied', 'no')).exit, EXIT.failed);
    assert.match(toldOf(new RangeError('a bug')).message, /a bug\n\s+at /);
  });
});
