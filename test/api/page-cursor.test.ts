import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from '../../shared/api/page-cursor.ts';
import { isMailyardError } from '../../shared/errors.ts';

test('a place comes back from its own list, and from no other', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (place) => {
      const cursor = encodeCursor('folders', place);
      assert.match(cursor, /^[A-Za-z0-9_-]+$/);
      assert.equal(decodeCursor('folders', cursor, /^[\s\S]+$/), place);
      assert.throws(() => decodeCursor('rules', cursor, /^[\s\S]+$/), { code: 'validation.failed' });
    }),
  );
});

test('any other text is refused by name', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
      assert.throws(
        () => decodeCursor('rules', text, /^[a-z]+$/),
        (error) => isMailyardError(error, 'validation.failed') && error.fields[0]?.pointer === 'cursor',
      );
    }),
  );
});

test('no cursor is the beginning', () => {
  assert.equal(decodeCursor('rules', undefined, /^x$/), undefined);
});
