import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailyardError } from '../../../shared/errors.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { lines, plain, startReading } from './reading.ts';

const opened = (tag: string, exists: number): string => lines(`* ${exists} EXISTS`, `${tag} OK done`);

test('a server that asks to wait is sent nothing more, and what it still answers counts', () => {
  const reading = startReading([{ path: 'A' }, { path: 'B' }, { path: 'C' }, { path: 'D' }], 4);
  reading.feed(opened('y1', 1) + lines('* 1 FETCH (UID 5 FLAGS ())'));
  reading.feed(lines('y2 BAD Request is throttled. Suggested Backoff Time: 4321 milliseconds'));
  assert.throws(
    () => reading.feed(opened('y3', 1) + lines('* 1 FETCH (UID 6 FLAGS ())', 'y4 OK done', 'y5 NO [LIMIT] later')),
    (error) => {
      assert.ok(isMailyardError(error, 'imap.throttled'));
      assert.equal(Reflect.get(Object(error.cause), 'throttleReset'), 4321);
      return true;
    },
  );
  assert.deepEqual(reading.sent.length, 5);
  assert.partialDeepStrictEqual(reading.delivered, [
    { path: 'A', status: 'refused', refusal: { at: 'fetch', throttled: true } },
    { path: 'B', status: 'listed', complete: true },
    { path: 'C', status: 'refused', refusal: { throttled: true } },
  ]);
});

test('a goodbye ends it: as lost, or as throttled when it says so', () => {
  for (const [bye, code] of [
    ['* BYE shutting down', 'imap.connection-lost'],
    ['y1 BYE shutting down', 'imap.connection-lost'],
    ['* BYE [OVERQUOTA] bandwidth', 'imap.throttled'],
  ] as const) {
    const reading = startReading([{ path: 'A' }]);
    assert.throws(
      () => reading.feed(lines(bye)),
      (error) => isMailyardError(error, code),
      bye,
    );
  }
});

test('a line of 10 MB is read, one of more than we hold ends it, however it is cut', () => {
  const reading = startReading([{ path: 'A' }]);
  const piece = Buffer.alloc(16_384, 'x');
  reading.feed('* OK ');
  for (let size = 0; size < 10 * 2 ** 20; size += piece.length) reading.feed(piece);
  reading.feed(`\r\n${opened('y1', 1)}${lines('* 1 FETCH (UID 5 FLAGS ())', 'y2 OK done')}`);
  assert.partialDeepStrictEqual(reading.delivered, [{ status: 'listed', complete: true }]);

  const endless = startReading([{ path: 'A' }]);
  assert.throws(
    () => {
      for (let size = 0; size < 100 * 2 ** 20; size += piece.length) endless.feed(piece);
    },
    (error) => isMailyardError(error, 'imap.refused'),
  );
  const literal = startReading([{ path: 'A' }]);
  assert.throws(
    () => literal.feed(lines('* 1 FETCH (BODY[] {99999999999999999999}')),
    (error) => isMailyardError(error, 'imap.refused'),
  );
  const literals = startReading([{ path: 'A' }]);
  assert.throws(
    () => {
      literals.feed('* 1 FETCH (X');
      for (let i = 0; i < 100; i += 1)
        literals.feed(Buffer.concat([Buffer.from(' {1000000}\r\n'), Buffer.alloc(1_000_000)]));
    },
    (error) => isMailyardError(error, 'imap.refused'),
  );
});

test('more keywords than we hold refuse their folder alone, in bounded memory', () => {
  const reading = startReading([{ path: 'A' }, { path: 'B' }]);
  reading.feed(opened('y1', 200_000));
  for (let i = 0; i < 200; i += 1) {
    const rows = Array.from(
      { length: 1_000 },
      (_, k) => `* 1 FETCH (UID ${i * 1_000 + k + 1} FLAGS (k${i}-${k} ${'long'.repeat(20)}))`,
    );
    reading.feed(lines(...rows));
  }
  reading.feed(lines('y2 OK done') + opened('y3', 1) + lines('* 1 FETCH (UID 5 FLAGS ())', 'y4 OK done'));
  assert.partialDeepStrictEqual(reading.delivered, [
    { status: 'refused', refusal: { at: 'limit' } },
    { status: 'listed', complete: true },
  ]);
});

test('combinations beyond the cache of their bytes are still told apart', () => {
  const reading = startReading([{ path: 'A' }]);
  const count = LIMITS.bulkFlagCacheEntriesMax * 2;
  const rows = Array.from({ length: count }, (_, i) => `* 1 FETCH (UID ${i + 1} FLAGS (k${i} \\Seen))`);
  reading.feed(opened('y1', count) + lines(...rows, 'y2 OK done'));
  const expected = Array.from({ length: count }, (_, i) => [i + 1, ['$seen', `k${i}`]]);
  assert.partialDeepStrictEqual(plain(reading.delivered[0]), { complete: true });
  assert.deepEqual((plain(reading.delivered[0]) as { rows: unknown }).rows, expected);
});
