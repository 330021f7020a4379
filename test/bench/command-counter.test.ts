import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commandCounter } from '../../bench/command-counter.ts';

const SENT =
  'a1 AUTHENTICATE PLAIN\r\nAGJlbmNoAGJlbmNo\r\n' +
  'a2 LIST "" "*"\r\na3 UID FETCH 1:* (FLAGS)\r\n' +
  'a4 APPEND INBOX (\\Seen) {18+}\r\nx1 NOOP\r\nx2 NOOP\r\n {2}\r\n\r\n\r\na5 LOGIN {5}\r\nbench {6}\r\nsecret\r\na6 IDLE\r\nDONE\r\n';
const NAMES = ['AUTHENTICATE', 'LIST', 'UID FETCH', 'APPEND', 'LOGIN', 'IDLE'];

const count = (pieces: readonly string[]): string[] => {
  const names: string[] = [];
  const counter = commandCounter((name) => names.push(name));
  for (const piece of pieces) counter.add(Buffer.from(piece));
  return names;
};

test('commands are counted; literals, their tails and answers to the server are not', () => {
  assert.deepEqual(count([SENT]), NAMES);
});

test('it does not matter how the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(SENT.length)), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), SENT.length];
      const pieces = ends.map((end, nth) => SENT.slice(ends[nth - 1] ?? 0, end));
      assert.deepEqual(count(pieces), NAMES);
    }),
  );
});
