import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { uidSet } from '../../shared/mail/uid-set.ts';
import { applyDelta, compareLists, compareRows } from '../../shared/sync/delta.ts';
import { messageListOf, NO_MESSAGES, rowsOf } from '../../shared/sync/message-list.ts';
import { modelOf, rows, uid } from './arbitraries.ts';

test('comparing finds what arrived, went and changed, as two maps would tell', () => {
  fc.assert(
    fc.property(rows, rows, (before, after) => {
      const [old, now] = [modelOf(before), modelOf(after)];
      const delta = compareLists(messageListOf(before), messageListOf(after));
      assert.deepEqual(delta.arrived, uidSet([...now.keys()].filter((at) => !old.has(at))));
      assert.deepEqual(delta.gone, uidSet([...old.keys()].filter((at) => !now.has(at))));
      const other = [...now].filter(([at, words]) => old.has(at) && String(old.get(at)) !== String(words));
      assert.deepEqual(delta.changed, uidSet(other.map(([at]) => at)));
    }),
  );
});

test('a list compared with itself differs in nothing, whatever order its combinations have', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      const shuffled = messageListOf(
        [...modelOf(drawn)].reverse().map(([at, words]) => ({ uid: at, keywords: words })),
      );
      assert.deepEqual(compareLists(messageListOf(drawn), shuffled), { arrived: [], gone: [], changed: [] });
    }),
  );
});

test('comparing rows tells of them what comparing the lists would, and of nothing else', () => {
  fc.assert(
    fc.property(rows, rows, (before, changes) => {
      const [mirror, partial] = [messageListOf(before), messageListOf(changes)];
      const { arrived, changed } = compareLists(mirror, partial);
      assert.deepEqual(compareRows(mirror, partial), { arrived, changed });
    }),
  );
});

test('applying changed rows and gone UIDs gives what a map would hold', () => {
  fc.assert(
    fc.property(rows, rows, fc.array(uid), (before, changes, gone) => {
      const expected = new Map(modelOf([...before, ...changes]));
      for (const at of gone) expected.delete(at);
      const list = applyDelta(messageListOf(before), { rows: messageListOf(changes), gone: uidSet(gone) });
      assert.deepEqual(modelOf(rowsOf(list)), expected);
    }),
  );
});

test('an empty mirror takes all as arrived, an empty listing all as gone', () => {
  const list = messageListOf([
    { uid: 3, keywords: [] },
    { uid: 4, keywords: ['$seen'] },
  ]);
  assert.deepEqual(compareLists(NO_MESSAGES, list), { arrived: [[3, 4]], gone: [], changed: [] });
  assert.deepEqual(compareLists(list, NO_MESSAGES), { arrived: [], gone: [[3, 4]], changed: [] });
});
