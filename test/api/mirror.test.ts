import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseMessageId } from '../../shared/mail/message.ts';
import { commitHead, takeLease } from '../../shared/store/lease.ts';
import { type ApiUnderTest, listed, pointersOf, putAccount, startApi } from './api-under-test.ts';
import { folderOf, movePart, putFolders, putMessages, putRun } from './seed.ts';

let api: ApiUnderTest;
const ref = { tenant: 'acme', accountId: 'home' };
const inbox = folderOf('1', 'INBOX', { unseen: 2 });
before(async () => {
  api = await startApi();
  await putAccount(api.table, 'acme', 'home');
  await putFolders(api.table, ref, [inbox, folderOf('2', 'Bills, 2025', { role: 'archive' })]);
  const rows = [1, 2, 3].map((uid) => ({ uid, keywords: uid === 2 ? ['$seen'] : [] }));
  await putMessages(api.table, ref, inbox, rows, 2);
});
after(() => api.stop());

const get = (path: string, query = '') => api.call('GET', `/v1/accounts/home${path}`, { query });

test('folders are told with id, role and counts where they are known', async () => {
  const { json } = await get('/folders');
  assert.deepEqual(json, {
    folders: [
      { id: '2', path: 'Bills, 2025', role: 'archive', uidValidity: 7, messages: 3 },
      { id: '1', path: 'INBOX', uidValidity: 7, messages: 3, unseen: 2 },
    ],
  });
  const first = await get('/folders', 'limit=1');
  const second = await get('/folders', `limit=1&cursor=${first.json['nextCursor']}`);
  assert.deepEqual(
    listed(second, 'folders').map(({ path }) => path),
    ['INBOX'],
  );
  assert.equal(second.json['nextCursor'], undefined);
});

test('messages are told newest first, by folder, keyword and UID', async () => {
  const page = await get('/messages', 'folder=role:inbox&limit=2');
  assert.deepEqual(
    listed(page, 'messages').map(({ uid, keywords }) => [uid, keywords]),
    [
      [3, []],
      [2, ['$seen']],
    ],
  );
  const [first] = listed(page, 'messages');
  assert.deepEqual(parseMessageId(String(first?.['id'])), { accountId: 'home', folderId: '1', uidValidity: 7, uid: 3 });
  const rest = await get('/messages', `folder=INBOX&limit=2&cursor=${page.json['nextCursor']}`);
  assert.deepEqual([listed(rest, 'messages').map(({ uid }) => uid), rest.json['nextCursor']], [[1], undefined]);
  const uids = async (query: string) => listed(await get('/messages', query), 'messages').map(({ uid }) => uid);
  assert.deepEqual(await uids('folder=INBOX&keyword=$SEEN'), [2]);
  assert.deepEqual(await uids('folder=INBOX&notKeyword=$seen'), [3, 1]);
  assert.deepEqual(await uids('folder=INBOX&uids=2:4294967295'), [3, 2]);
  assert.deepEqual(await uids('folder=INBOX&uids=1,3:2&notKeyword=$seen'), [3, 1]);
  assert.deepEqual(await uids('folder=INBOX&uids=4:9'), []);
  for (const wrong of ['', '0', '1:*', '2:', ',', '1,,2', '-1', '4294967296', `${'1,'.repeat(1_000)}1`]) {
    const refused = await get('/messages', `folder=INBOX&uids=${wrong}`);
    assert.deepEqual([refused.status, pointersOf(refused)], [422, ['uids']], wrong.slice(0, 20));
  }
  assert.deepEqual(await uids('folder=Bills%2C+2025'), []);
  const other = await get('/messages', `folder=role:archive&cursor=${page.json['nextCursor']}`);
  assert.deepEqual([other.status, pointersOf(other)], [422, ['cursor']]);
});

test('activity is told newest first, page by page', async () => {
  for (const i of [1, 2, 3]) {
    const state = { state: 'done', attempt: 1, evidence: { by: 'flags' }, at: i * 1_000 } as const;
    await putRun(api.table, ref, `00000000${i}-1`, [movePart(0, [[i, i]], state)]);
  }
  const page = await get('/activity', 'limit=2');
  assert.deepEqual(
    listed(page, 'activity').map(({ id, at }) => [id, at]),
    [
      ['home-000000003-1-0', '1970-01-01T00:00:03.000Z'],
      ['home-000000002-1-0', '1970-01-01T00:00:02.000Z'],
    ],
  );
  const rest = await get('/activity', `limit=2&cursor=${page.json['nextCursor']}`);
  assert.deepEqual(
    listed(rest, 'activity').map(({ id }) => id),
    ['home-000000001-1-0'],
  );
});

test('an account tells its state and its failure, without a new ETag', async () => {
  const lease = await takeLease(api.table, ref, 1_000, 60);
  assert.ok(lease !== undefined);
  const failure = { code: 'imap.auth-failed', at: 1_700_000_000, count: 3 } as const;
  const change = {
    failure,
    state: 'reconnectNeeded',
    lastChangedAt: 1_600_000_000,
    firstSyncAt: 1_500_000_000,
  } as const;
  await commitHead(api.table, lease, change);
  const { json, headers } = await get('');
  assert.equal(headers['etag'], '"1"');
  assert.deepEqual(
    [json['state'], json['failure'], json['lastChangedAt'], json['firstSyncAt'], json['credential'], json['tenant']],
    [
      'reconnectNeeded',
      { code: 'imap.auth-failed', at: '2023-11-14T22:13:20.000Z', count: 3 },
      '2020-09-13T12:26:40.000Z',
      '2017-07-14T02:40:00.000Z',
      undefined,
      undefined,
    ],
  );
});

test('a sync that is asked for is sent to the workers', async () => {
  const answer = await api.call('POST', '/v1/accounts/home/sync', { body: {} });
  assert.equal(answer.status, 202);
  const seconds = Math.floor(new Date(String(answer.json['requestedAt'])).getTime() / 1_000);
  assert.deepEqual(api.checks, [{ accounts: [ref], tickSeconds: seconds, pollSeconds: 60, byHand: true }]);
  assert.equal((await api.call('POST', '/v1/accounts/home/sync')).status, 202, 'a body is not needed');
});
