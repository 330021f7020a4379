import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMailyardError } from '../../shared/errors.ts';
import { hasUid, uidSet } from '../../shared/mail/uid-set.ts';
import {
  concatMessages,
  keywordsAt,
  listedUids,
  messageListBuilder,
  messageListOf,
  rowsOf,
  sliceMessages,
  withMessages,
  withoutMessages,
} from '../../shared/sync/message-list.ts';
import { modelOf, rows, uid } from './arbitraries.ts';

test('rows in any order become a list in which the last row of a UID counts', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      const list = messageListOf(drawn);
      assert.deepEqual(modelOf(rowsOf(list)), modelOf(drawn));
      assert.deepEqual([...list.uids], [...modelOf(drawn).keys()]);
    }),
  );
});

test('the same keywords in another order, or twice, are one combination', () => {
  const list = messageListOf([
    { uid: 1, keywords: ['b', 'a'] },
    { uid: 2, keywords: ['a', 'b', 'a'] },
    { uid: 3, keywords: ['a', 'b'] },
  ]);
  assert.deepEqual(list.combinations, [['a', 'b']]);
});

test('keywords are found by UID, and none are where the message is not', () => {
  const list = messageListOf([
    { uid: 5, keywords: ['$seen'] },
    { uid: 7, keywords: [] },
  ]);
  assert.deepEqual(
    [5, 6, 7, 8].map((at) => keywordsAt(list, at)),
    [['$seen'], undefined, [], undefined],
  );
});

test('taking away, adding and slicing agree with a plain map', () => {
  fc.assert(
    fc.property(rows, rows, fc.array(uid), uid, uid, (ours, theirs, some, a, b) => {
      const list = messageListOf(ours);
      const gone = uidSet(some);
      assert.deepEqual(
        modelOf(rowsOf(withoutMessages(list, gone))),
        new Map([...modelOf(ours)].filter(([at]) => !hasUid(gone, at))),
      );
      const both = withMessages(list, messageListOf(theirs));
      assert.deepEqual(modelOf(rowsOf(both)), modelOf([...ours, ...theirs]));
      const slice = sliceMessages(list, Math.min(a, b), Math.max(a, b));
      assert.deepEqual(
        [...slice.uids],
        [...list.uids].filter((at) => at >= Math.min(a, b) && at <= Math.max(a, b)),
      );
      const parts = [sliceMessages(list, 1, a), sliceMessages(list, a + 1, 0xffffffff)];
      assert.deepEqual(modelOf(rowsOf(concatMessages(parts))), modelOf(ours));
      assert.deepEqual(listedUids(list), uidSet(list.uids));
    }),
  );
});

test('a number that is no UID is refused', () => {
  for (const bad of [0, -1, 1.5, 0x1_0000_0000, Number.NaN]) {
    assert.throws(
      () => messageListBuilder().add(bad, []),
      (error) => isMailyardError(error, 'uid.invalid'),
    );
  }
});

test('a builder can be built again after more rows', () => {
  const builder = messageListBuilder();
  builder.add(2, ['$seen']);
  const first = builder.build();
  builder.add(1, ['$flagged']);
  assert.deepEqual([...first.uids], [2]);
  assert.deepEqual(
    modelOf(rowsOf(builder.build())),
    new Map([
      [1, ['$flagged']],
      [2, ['$seen']],
    ]),
  );
  assert.equal(builder.count(), 2);
});
