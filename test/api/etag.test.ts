import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { etagOf, parseIfMatch } from '../../shared/api/etag.ts';
import { isMailyardError } from '../../shared/errors.ts';

test('the tag of a revision means that revision and no other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.array(fc.integer({ min: 1 })), (revision, others) => {
      assert.deepEqual(parseIfMatch(etagOf(revision)), [revision]);
      assert.deepEqual(parseIfMatch([revision, ...others].map(etagOf).join(' , ')), [revision, ...others]);
    }),
  );
});

test('weak tags and those we never give match nothing', () => {
  for (const tag of ['W/"1"', '"01"', '"1e3"', '"+1"', '""', '"9999999999999999"']) {
    assert.deepEqual(parseIfMatch(tag), [Number.NaN], tag);
  }
});

test('any text is read or refused, never more', () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      try {
        parseIfMatch(header);
      } catch (error) {
        assert.ok(isMailyardError(error, 'request.invalid') || isMailyardError(error, 'precondition.required'));
      }
    }),
  );
});
