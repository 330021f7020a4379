import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from '../../shared/api/problem.ts';
import { ERROR_CODES, type ErrorCode, MailyardError } from '../../shared/errors.ts';

const fields = [{ pointer: '/host', detail: 'is wrong' }];
const problem = (code: ErrorCode, sendsSettings = true) =>
  problemOf(new MailyardError(code, 'what happened', { fields }), 'r1', sendsSettings);

test('a problem of the caller says what, where and why', () => {
  assert.deepEqual(problem('validation.failed'), {
    type: 'urn:mailyard:problem:validation.failed',
    title: 'Some fields are not right',
    status: 422,
    detail: 'what happened',
    remedy: 'Put right what each of the errors names, and send it again.',
    instance: 'urn:mailyard:request:r1',
    errors: fields,
  });
});

test('a failure on our side or a server’s shows its title, the way out and no more', () => {
  for (const [code, { status }] of Object.entries(ERROR_CODES)) {
    if (status < 500) continue;
    const { detail, errors } = problem(code as ErrorCode);
    assert.deepEqual([detail, errors], [undefined, undefined]);
  }
  assert.deepEqual(problemOf(new TypeError('password is hunter2'), 'r1', true), {
    type: 'urn:mailyard:problem:internal',
    title: 'Something went wrong on our side',
    status: 500,
    remedy: 'Send it again in a minute; if it stays, tell its operator the request’s id.',
    instance: 'urn:mailyard:request:r1',
  });
});

test('a mail server that fails is the sender’s concern when settings were sent, else a bad gateway', () => {
  assert.deepEqual([problem('imap.auth-failed').status, problem('imap.auth-failed', false).status], [422, 502]);
  assert.deepEqual([problem('imap.throttled').status, problem('imap.throttled', false).status], [503, 503]);
  assert.equal(problem('not-found', false).status, 404);
});
