import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { summarize, summaryJson, summaryLines } from '../../local/summary.ts';
import type { CheckReport } from '../../shared/service/check-account.ts';
import { putAccount } from '../api/api-under-test.ts';
import { folderOf, putFolders } from '../api/seed.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let database: TestTable;
before(async () => {
  database = await startTable();
  for (const id of ['a', 'b', 'c']) await putAccount(database.table, 'local', id);
  await putAccount(database.table, 'another', 'x');
  await putFolders(database.table, { tenant: 'local', accountId: 'a' }, [
    folderOf('1', 'INBOX'),
    folderOf('2', 'Bills'),
  ]);
  await putFolders(database.table, { tenant: 'local', accountId: 'b' }, [folderOf('1', 'INBOX')]);
});
after(() => database.stop());

const ref = (accountId: string) => ({ tenant: 'local', accountId });
const synced = (
  accountId: string,
  effects: Partial<Record<'move' | 'copy' | 'flag' | 'draft', number>>,
): CheckReport => ({
  ref: ref(accountId),
  outcome: 'synced',
  sync: {
    arrived: 0,
    changed: 0,
    gone: 0,
    more: false,
    effects: { move: 0, copy: 0, flag: 0, draft: 0, ...effects },
  },
});
const failed = (accountId: string): CheckReport => ({
  ref: ref(accountId),
  outcome: 'failed',
  code: 'imap.unreachable',
});

test('folders of one name and effects of all passes are added up', async () => {
  const reports = [synced('a', { move: 2, draft: 1 }), synced('b', { move: 1, flag: 3 }), synced('a', { copy: 1 })];
  assert.deepEqual(await summarize(database.table, 'local', reports), {
    accounts: 3,
    folders: { INBOX: 6, Bills: 3 },
    messages: 9,
    effects: { move: 3, copy: 1, flag: 3, draft: 1 },
    errors: [],
  });
});

test('an error counts unless a later pass went well', async () => {
  const quiet: CheckReport = { ref: ref('a'), outcome: 'quiet' };
  const { errors } = await summarize(database.table, 'local', [failed('a'), failed('b'), quiet, failed('b')]);
  assert.deepEqual(errors, [{ account: 'b', code: 'imap.unreachable' }]);
});

const NAMES = { INBOX: 2, 'a\u001b[31m\u009bb\r\nc': 1, Müll: 1, '📮': 1 };
const SUMMARY = {
  accounts: 1,
  folders: NAMES,
  messages: 5,
  effects: { move: 1, copy: 0, flag: 0, draft: 0 },
  errors: [{ account: 'a', code: 'imap.unreachable' }],
};

test('it is told in lines, in which a folder’s name steers no terminal', () => {
  const lines = summaryLines(SUMMARY);
  assert.equal(lines[0], '1 account, 5 messages in 4 folders');
  assert.deepEqual(lines.slice(-2), ['moved 1, copied 0, flagged 0, drafted 0', 'account a: imap.unreachable']);
  assert.equal(lines.length, 7);
  assert.doesNotMatch(lines.join(''), /\p{C}/u);
});

test('as JSON it is one line that says the same', () => {
  const json = summaryJson(SUMMARY);
  assert.doesNotMatch(json, /\p{C}/u);
  assert.deepEqual(JSON.parse(json), SUMMARY);
});
