import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMirrors } from '../../shared/service/mirror.ts';
import type { Table } from '../../shared/store/table.ts';
import { keywordsAt, messageListOf, rowsOf, withMessages, withoutMessages } from '../../shared/sync/message-list.ts';

const FOLDER = { folderId: 'f1', uidValidity: 7 };
const REF = { tenant: 't1', accountId: 'a1' };
/** The account is known to have nothing stored, so that nothing is asked of it. */
const emptyMirrors = () => openMirrors(undefined as unknown as Table, REF, true);

const folderOf = (count: number) =>
  messageListOf(Array.from({ length: count }, (_, i) => ({ uid: i + 1, keywords: i % 3 === 0 ? ['$seen'] : [] })));

test('a folder is copied once for what all parts of a run take from it or add to it', async (t) => {
  const mirrors = emptyMirrors();
  const count = 10_000;
  await mirrors.set(FOLDER, folderOf(count));
  let copied = 0;
  const set = t.mock.method(Object.getPrototypeOf(Uint32Array.prototype), 'set');
  for (let part = 0; part < 50; part += 1) {
    assert.notEqual((await mirrors.keywords(FOLDER))(part * 100 + 1), undefined);
    await mirrors.remove(FOLDER, [[part * 100 + 1, part * 100 + 2]]);
  }
  for (let part = 0; part < 50; part += 1) await mirrors.add(FOLDER, [{ uid: count + part + 1, keywords: ['a'] }]);
  assert.equal((await mirrors.read(FOLDER)).uids.length, count - 50);
  for (const { arguments: given } of set.mock.calls) copied += (given[0] as Uint32Array).length;
  t.mock.restoreAll();
  // UIDs and keywords, once for what went and once for what came.
  assert.ok(copied <= 4.5 * count, `${copied} numbers were copied`);
});

const uid = fc.integer({ min: 1, max: 12 });
const step = fc.oneof(
  fc.record({ add: fc.array(fc.record({ uid, keywords: fc.subarray(['$seen', 'work']) }), { maxLength: 3 }) }),
  fc.record({ remove: uid }),
  fc.record({ look: uid }),
  fc.constant('read' as const),
  fc.constant('pack' as const),
);

test('what is owed to a mirror is in it whenever somebody looks, in the order in which it came', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const mirrors = emptyMirrors();
      await mirrors.set(FOLDER, folderOf(6));
      let expected = folderOf(6);
      for (const one of steps) {
        if (one === 'pack') await mirrors.pack();
        else if (one === 'read') assert.deepEqual([...rowsOf(await mirrors.read(FOLDER))], [...rowsOf(expected)]);
        else if ('look' in one) {
          assert.deepEqual((await mirrors.keywords(FOLDER))(one.look), keywordsAt(expected, one.look));
        } else if ('add' in one) {
          await mirrors.add(FOLDER, one.add);
          expected = withMessages(expected, messageListOf(one.add));
        } else {
          await mirrors.remove(FOLDER, [[one.remove, one.remove]]);
          expected = withoutMessages(expected, [[one.remove, one.remove]]);
        }
      }
      assert.deepEqual([...rowsOf(await mirrors.read(FOLDER))], [...rowsOf(expected)]);
    }),
  );
});
