import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { LIMITS } from '../../shared/limits.ts';
import { hasUid, type UidSet, uidSet } from '../../shared/mail/uid-set.ts';
import { type MessagePlace, readMessages } from '../../shared/service/read-messages.ts';
import type { MessageRow } from '../../shared/sync/message-list.ts';
import { putAccount } from '../api/api-under-test.ts';
import { folderOf, putFolders, putMessages } from '../api/seed.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let started: TestTable;
let count = 0;
before(async () => {
  started = await startTable();
});
after(() => started.stop());

const inbox = folderOf('1', 'INBOX');
const freshAccount = async () => {
  count += 1;
  const ref = { tenant: 'acme', accountId: `a${count}` };
  await putAccount(started.table, ref.tenant, ref.accountId);
  await putFolders(started.table, ref, [inbox, folderOf('2', 'Archive', { role: 'archive' })]);
  return ref;
};

type Step = { readonly arrive: readonly string[][]; readonly expunge: readonly number[]; readonly perSegment: number };

type Filter = { readonly keyword?: string; readonly notKeyword?: string; readonly uids?: UidSet };

const filterArb: fc.Arbitrary<Filter> = fc.oneof(
  fc.constantFrom({}, { keyword: '$seen' }, { notKeyword: 'bills' }, { keyword: '$flagged', notKeyword: '$seen' }),
  fc.record({
    uids: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 30 }).map(uidSet),
    keyword: fc.constantFrom(undefined, '$seen'),
  }) as fc.Arbitrary<Filter>,
);

const stepArb: fc.Arbitrary<Step> = fc.record({
  arrive: fc.array(fc.subarray(['$seen', '$flagged', 'bills']), { maxLength: 3 }),
  expunge: fc.array(fc.nat(60), { maxLength: 3 }),
  perSegment: fc.integer({ min: 1, max: 7 }),
});

test('pages give every message that stayed exactly once, newest first, whatever arrives, goes or is packed anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.subarray(['$seen', '$flagged', 'bills'])), {
        maxLength: 20,
      }),
      fc.array(stepArb, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 6 }),
      filterArb,
      async (gaps, steps, limit, filter) => {
        const ref = await freshAccount();
        let top = 0;
        let rows: MessageRow[] = gaps.map(([gap, keywords]) => {
          top += gap;
          return { uid: top, keywords: keywords.toSorted() };
        });
        const matches = ({ uid, keywords }: MessageRow) =>
          (filter.uids === undefined || hasUid(filter.uids, uid)) &&
          (filter.keyword === undefined || keywords.includes(filter.keyword)) &&
          !(filter.notKeyword !== undefined && keywords.includes(filter.notKeyword));
        await putMessages(started.table, ref, inbox, rows, 3);
        let stayed = rows;
        const atStart = new Set(rows.map(({ uid }) => uid));
        const seen: MessageRow[] = [];
        let after: MessagePlace | undefined;
        for (let i = 0; ; i += 1) {
          const page = await readMessages(started, {
            ...ref,
            folder: 'inbox',
            ...filter,
            limit,
            ...(after === undefined ? {} : { after }),
          });
          assert.ok(page.messages.length <= limit);
          seen.push(...page.messages.map(({ uid, keywords }) => ({ uid, keywords })));
          after = page.next;
          if (after === undefined) break;
          const step = steps[i % steps.length] as Step;
          rows = rows.filter(({ uid }) => !step.expunge.includes(uid));
          for (const keywords of step.arrive) {
            top += 1;
            rows = [...rows, { uid: top, keywords: keywords.toSorted() }];
          }
          const left = new Set(rows.map(({ uid }) => uid));
          stayed = stayed.filter(({ uid }) => left.has(uid));
          await putMessages(started.table, ref, inbox, rows, step.perSegment);
        }
        const uids = seen.map(({ uid }) => uid);
        assert.deepEqual(
          uids,
          [...new Set(uids)].sort((a, b) => b - a),
        );
        for (const row of stayed.filter(matches))
          assert.deepEqual(
            seen.find(({ uid }) => uid === row.uid),
            row,
          );
        for (const row of seen) assert.ok(atStart.has(row.uid) && matches(row));
      },
    ),
    { numRuns: 40 },
  );
});

test('a rare keyword is looked for over several pages of bounded work', async () => {
  const ref = await freshAccount();
  const total = LIMITS.segmentsPerAnswerMax * 2 + 5;
  const rows = Array.from({ length: total }, (_, i) => ({ uid: i + 1, keywords: i === 0 ? ['rare'] : [] }));
  await putMessages(started.table, ref, inbox, rows, 1);
  const lengths: number[] = [];
  let after: MessagePlace | undefined;
  do {
    const wanted = { ...ref, folder: 'INBOX', keyword: 'rare', limit: 50, ...(after === undefined ? {} : { after }) };
    const page = await readMessages(started, wanted);
    lengths.push(page.messages.length);
    after = page.next;
  } while (after !== undefined);
  assert.deepEqual(lengths, [0, 0, 1]);
});

test('of UIDs that lie far apart, what is between them is not read', async () => {
  const ref = await freshAccount();
  const total = LIMITS.segmentsPerAnswerMax * 2 + 5;
  const rows = Array.from({ length: total }, (_, i) => ({ uid: i + 1, keywords: [] }));
  await putMessages(started.table, ref, inbox, rows, 1);
  const uids = uidSet([1, 2, total - 1]);
  const { messages, next } = await readMessages(started, { ...ref, folder: 'INBOX', uids, limit: 50 });
  assert.deepEqual([messages.map(({ uid }) => uid), next], [[total - 1, 2, 1], undefined]);
});

test('a folder is found by path and by role, and another than the cursor’s is refused', async () => {
  const ref = await freshAccount();
  await putMessages(
    started.table,
    ref,
    inbox,
    [
      { uid: 5, keywords: [] },
      { uid: 6, keywords: [] },
    ],
    10,
  );
  const read = (folder: string, after?: MessagePlace) =>
    readMessages(started, { ...ref, folder, limit: 1, ...(after === undefined ? {} : { after }) });
  const { next } = await read('role:inbox');
  assert.deepEqual(next, { folderId: '1', uidValidity: 7, uid: 6 });
  assert.equal((await read('role:archive')).folder.path, 'Archive');
  assert.deepEqual(
    (await read('Inbox', next)).messages.map(({ uid }) => uid),
    [5],
  );
  const refused = (pointer: string) => (error: unknown) => {
    const { code, fields } = error as { code: string; fields: { pointer: string }[] };
    assert.deepEqual([code, fields[0]?.pointer], ['validation.failed', pointer]);
    return true;
  };
  await assert.rejects(read('Archive', next), refused('cursor'));
  await assert.rejects(read('INBOX', { folderId: '1', uidValidity: 6, uid: 6 }), refused('cursor'));
  await assert.rejects(read('archive'), refused('folder'));
  await assert.rejects(read('role:sent'), refused('folder'));
});
