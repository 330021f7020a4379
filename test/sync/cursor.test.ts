import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ROLES } from '../../shared/mail/folder.ts';
import { type CursorPage, decodePage, encodePage, type FolderCursor, updatePages } from '../../shared/sync/cursor.ts';

const uint32 = fc.nat(0xffffffff);
const cursor: fc.Arbitrary<FolderCursor> = fc.record(
  {
    id: fc.string({ unit: fc.constantFrom(...'0123456789abcxyz'), minLength: 1, maxLength: 4 }),
    path: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
    role: fc.constantFrom(...ROLES),
    uidValidity: uint32,
    uidNext: uint32,
    messages: uint32,
    unseen: uint32,
    highestModseq: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
    seededTo: uint32,
    lookedAt: uint32,
  },
  { requiredKeys: ['id', 'path', 'uidValidity', 'uidNext', 'messages'], noNullPrototype: true },
) as fc.Arbitrary<FolderCursor>;

test('a page is read as it was written, 63-bit mod-sequences included', () => {
  fc.assert(fc.property(fc.array(cursor), (folders) => assert.deepEqual(decodePage(encodePage(folders)), folders)));
});

test('after any changes the pages hold each folder once, none is too large, and what did not change is not written', () => {
  const folders = fc.uniqueArray(cursor, { selector: ({ id }) => id, maxLength: 40 });
  fc.assert(
    fc.property(folders, folders, (first, second) => {
      let pages: CursorPage[] = [];
      for (const wanted of [first, second]) {
        const written = updatePages(pages, wanted, 900);
        for (const { page, folders: held } of written) {
          pages = [...pages.filter((one) => one.page !== page), { page, folders: held }];
          assert.ok(held.length <= 1 || Buffer.byteLength(encodePage(held)) <= 900);
        }
        const ids = pages.flatMap((page) => page.folders.map(({ id }) => id)).sort();
        assert.deepEqual(ids, wanted.map(({ id }) => id).sort());
        assert.deepEqual(updatePages(pages, wanted, 900), []);
      }
    }),
  );
});
