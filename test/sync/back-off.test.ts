import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MailyardError } from '../../shared/errors.ts';
import { backOffSeconds, throttleHintMs } from '../../shared/sync/back-off.ts';

test('a server’s own word counts, within a minute and six hours', () => {
  assert.equal(backOffSeconds(0, 90_500), 91);
  assert.equal(backOffSeconds(5, 90_500), 91);
  assert.equal(backOffSeconds(0, 10), 60);
  assert.equal(backOffSeconds(0, 1e12), 21_600);
});

test('without a word the wait doubles', () => {
  assert.deepEqual(
    [0, 1, 2, 50].map((times) => backOffSeconds(times, undefined)),
    [300, 600, 1_200, 21_600],
  );
});

test('the word is found in the cause, and nothing else is taken for one', () => {
  const error = (cause: unknown) => new MailyardError('imap.throttled', 'later', { cause });
  assert.equal(throttleHintMs(error({ throttleReset: 5_000 })), 5_000);
  for (const cause of [
    undefined,
    {},
    { throttleReset: 'soon' },
    { throttleReset: Number.NaN },
    { throttleReset: -1 },
  ]) {
    assert.equal(throttleHintMs(error(cause)), undefined);
  }
});
