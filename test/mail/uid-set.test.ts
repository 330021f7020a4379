import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMailyardError } from '../../shared/errors.ts';
import {
  formatUidSet,
  hasUid,
  intersectUids,
  NO_UIDS,
  parseUidSet,
  splitUidSet,
  UID_MAX,
  type UidSet,
  uidCount,
  uidRange,
  uidSet,
  uidsOf,
  unionUids,
  withoutUids,
} from '../../shared/mail/uid-set.ts';

// Close together, so that ranges touch, join and break; and at both ends of what a UID may be.
const uid = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: UID_MAX - 5, max: UID_MAX }));
const uids = fc.array(uid, { maxLength: 40 });

const sorted = (some: Iterable<number>) => [...new Set(some)].sort((a, b) => a - b);

/** What every UidSet promises: sorted, disjoint, not touching, within bounds. */
const assertNormal = (set: UidSet) => {
  let last = -1;
  for (const [first, end] of set) {
    assert.ok(first > last + 1 && end >= first && first >= 1 && end <= UID_MAX);
    last = end;
  }
};

const same = (set: UidSet, model: Iterable<number>) => {
  assertNormal(set);
  assert.deepEqual([...uidsOf(set)], sorted(model));
};

test('a set holds what it was made of, sorted and once', () => {
  fc.assert(
    fc.property(uids, uid, (some, other) => {
      const set = uidSet(some);
      same(set, some);
      assert.equal(uidCount(set), new Set(some).size);
      assert.equal(hasUid(set, other), some.includes(other));
    }),
  );
});

test('union, intersection and difference are those of plain sets', () => {
  fc.assert(
    fc.property(uids, uids, (a, b) => {
      const [setA, setB] = [uidSet(a), uidSet(b)];
      same(unionUids(setA, setB), [...a, ...b]);
      same(
        intersectUids(setA, setB),
        a.filter((one) => b.includes(one)),
      );
      same(
        withoutUids(setA, setB),
        a.filter((one) => !b.includes(one)),
      );
    }),
  );
});

test('a set survives being written and read', () => {
  fc.assert(fc.property(uids, (some) => assert.deepEqual(parseUidSet(formatUidSet(uidSet(some))), uidSet(some))));
});

test('pieces are no longer than asked, in order, and make the whole', () => {
  fc.assert(
    fc.property(uids, fc.integer({ min: 21, max: 100 }), (some, bytesMax) => {
      const pieces = splitUidSet(uidSet(some), bytesMax);
      for (const piece of pieces) {
        assertNormal(piece);
        assert.notEqual(piece.length, 0);
        assert.ok(formatUidSet(piece).length <= bytesMax);
      }
      assert.deepEqual(pieces.flat(), uidSet(some));
    }),
  );
});

test('pieces are as few as the order allows', () => {
  const set = uidSet(Array.from({ length: 1_000 }, (_, n) => 1_000 + 2 * n));
  // 1,000 numbers of four digits, each with its comma: 16 go into 79 bytes.
  assert.equal(splitUidSet(set, 79).length, Math.ceil(1_000 / 16));
  assert.deepEqual(splitUidSet(NO_UIDS, 79), []);
});

test('reversed, repeated and overlapping ranges are read (RFC 9051 section 9)', () => {
  assert.deepEqual(parseUidSet('9:7,1,2:3,8:12,1'), [
    [1, 3],
    [7, 12],
  ]);
  assert.deepEqual(parseUidSet(`1:${UID_MAX}`), [[1, UID_MAX]]);
  assert.deepEqual(parseUidSet(''), NO_UIDS);
});

test('an empty range is the empty set', () => {
  assert.deepEqual(uidRange(5, 4), NO_UIDS);
  assert.deepEqual(uidRange(5, 5), [[5, 5]]);
});

for (const text of [
  '*',
  '1:*',
  '0',
  '1,',
  ',1',
  '1::2',
  ' 1',
  '1 ',
  '-1',
  '4294967296',
  '99999999999',
  '1:2:3',
  'a',
  '1\r\n',
]) {
  test(`${JSON.stringify(text)} is no UID set`, () => {
    assert.throws(
      () => parseUidSet(text),
      (error) => isMailyardError(error, 'uid.invalid'),
    );
  });
}

for (const number of [0, -1, 1.5, Number.NaN, UID_MAX + 1, Number.POSITIVE_INFINITY]) {
  test(`${number} is no UID`, () => {
    assert.throws(
      () => uidSet([number]),
      (error) => isMailyardError(error, 'uid.invalid'),
    );
  });
}

test('a set of four thousand million UIDs costs nothing until its UIDs are asked for', () => {
  const all = uidRange(1, UID_MAX);
  assert.equal(uidCount(all), UID_MAX);
  assert.deepEqual(withoutUids(all, [[2, UID_MAX - 1]]), [
    [1, 1],
    [UID_MAX, UID_MAX],
  ]);
});
