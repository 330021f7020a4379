import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { parseMessageId } from '../../shared/mail/message.ts';
import type { ActivityEntry } from '../../shared/service/activity-entry.ts';
import { readActivity } from '../../shared/service/read-activity.ts';
import { armJournal, takeLease } from '../../shared/store/lease.ts';
import type { JournalPart, PartState } from '../../shared/sync/journal.ts';
import { putAccount } from '../api/api-under-test.ts';
import { folderOf, movePart, putRun } from '../api/seed.ts';
import { startTable, type TestTable } from '../support/dynalite.ts';

let started: TestTable;
let count = 0;
let ref = { tenant: 'acme', accountId: '' };
before(async () => {
  started = await startTable();
});
beforeEach(async () => {
  count += 1;
  ref = { tenant: 'acme', accountId: `a${count}` };
  await putAccount(started.table, ref.tenant, ref.accountId);
});
after(() => started.stop());

const done: PartState = { state: 'done', attempt: 1, evidence: { by: 'copyuid', mapping: [[1, 9, 1]] }, at: 1_234 };
const planned: PartState = { state: 'planned', attempt: 0 };
const deps = () => ({ table: started.table, now: Date.now });
const runId = (i: number): string => `00000000${i}-1`;

const readAll = async (limit: number): Promise<ActivityEntry[]> => {
  const all: ActivityEntry[] = [];
  let place: string | undefined;
  do {
    const { entries, next } = await readActivity(deps(), { ...ref, limit, ...(place ? { after: place } : {}) });
    assert.ok(entries.length <= limit);
    all.push(...entries);
    place = next;
  } while (place !== undefined);
  return all;
};

test('an entry tells what was done, to which messages, by which rule, and how that is known', async () => {
  await putRun(started.table, ref, runId(1), [movePart(0, [[1, 2]], done)]);
  const [entry, ...rest] = await readAll(10);
  assert.deepEqual(rest, []);
  const { messages = [], ...told } = entry ?? ({} as Partial<ActivityEntry>);
  assert.deepEqual(told, {
    id: `${runId(1)}-0`,
    accountId: ref.accountId,
    at: 1_234,
    action: 'move',
    rules: [{ ruleId: 'r1', ruleName: 'Bills', messageCount: 2 }],
    askedBy: 'rule',
    messageCount: 2,
    from: 'INBOX',
    to: 'Bills',
    state: 'done',
    evidence: { by: 'copyuid', mapping: [[1, 9, 1]] },
  });
  const keys = messages.map(({ id }) => parseMessageId(id));
  const key = { accountId: ref.accountId, folderId: '1', uidValidity: 7 };
  assert.deepEqual(keys, [
    { ...key, uid: 1 },
    { ...key, uid: 2 },
  ]);
});

test('what was skipped or given up is told with its reason', async () => {
  const skippedOne: PartState = { ...done, skipped: { uids: [[2, 2]], reason: 'message-gone' } };
  await putRun(started.table, ref, runId(1), [
    movePart(0, [[1, 2]], skippedOne),
    movePart(1, [[3, 3]], { state: 'skipped', attempt: 1, reason: 'mailbox-missing', at: 5 }),
    movePart(2, [[4, 4]], { state: 'parked', attempt: 3, reason: 'tried as often as allowed', at: 6 }),
  ]);
  const [parked, skipped, partly] = await readAll(10);
  assert.deepEqual([parked?.state, parked?.reason], ['parked', 'tried as often as allowed']);
  assert.deepEqual([skipped?.state, skipped?.reason], ['skipped', 'mailbox-missing']);
  assert.deepEqual([partly?.skipped?.reason, partly?.skipped?.messages.map(({ uid }) => uid)], ['message-gone', [2]]);
});

test('flags that were set and taken are named', async () => {
  const uids: [number, number][] = [[1, 1]];
  const source = { folderId: '1', path: 'INBOX', uidValidity: 7 };
  const command = { kind: 'store' as const, source, uids, askedBy: [], add: ['$flagged'], remove: ['$seen'] };
  await putRun(started.table, ref, runId(1), [{ n: 0, kind: 'effect', command, state: done }]);
  const [entry] = await readAll(10);
  assert.deepEqual([entry?.keywordsAdded, entry?.keywordsRemoved, entry?.to], [['$flagged'], ['$seen'], undefined]);
});

test('a run that was never armed is hidden; one that is open is shown as it stands', async () => {
  await putRun(started.table, ref, runId(1), [movePart(0, [[1, 1]], planned)]);
  assert.deepEqual(await readAll(10), []);
  const lease = await takeLease(started.table, ref, 1_000, 60);
  assert.ok(lease !== undefined && (await armJournal(started.table, lease, runId(1))));
  assert.deepEqual(
    (await readAll(10)).map(({ state }) => state),
    ['planned'],
  );
});

test('change records and what is past its time are passed over', async () => {
  const source = { folderId: '1', path: 'INBOX', uidValidity: 7 };
  const change = { source, plan: 'full', arrived: [], changed: [], gone: [], cursor: folderOf('1', 'INBOX') };
  await putRun(started.table, ref, runId(2), [{ n: 0, kind: 'change', change }]);
  const longAgo = Date.now() - (LIMITS.activityRetentionDays * 86_400_000 + 1_000);
  await putRun(started.table, ref, runId(1), [movePart(0, [[1, 1]], done)], longAgo);
  assert.deepEqual(await readAll(1), []);
});

test('pages are newest first and hold every entry once, while new runs are written', async () => {
  const runs = Array.from({ length: 6 }, (_, i) => i + 1);
  for (const i of runs) {
    const parts: JournalPart[] = [
      movePart(0, [[i, i]], done),
      movePart(1, [[i, i]], planned),
      movePart(2, [[i, i]], done),
    ];
    await putRun(started.table, ref, runId(i), parts);
  }
  const wanted = runs.toReversed().flatMap((i) => [`${runId(i)}-2`, `${runId(i)}-0`]);
  const seen: string[] = [];
  let place: string | undefined;
  for (let i = 0; i === 0 || place !== undefined; i += 1) {
    const { entries, next } = await readActivity(deps(), { ...ref, limit: 5, ...(place ? { after: place } : {}) });
    seen.push(...entries.map(({ id }) => id));
    place = next;
    await putRun(started.table, ref, `00000001${i}-1`, [movePart(0, [[1, 1]], done)]);
  }
  assert.deepEqual(seen, wanted);
});

test('of a command on very many messages the newest are named, and all are counted', async () => {
  await putRun(started.table, ref, runId(1), [
    movePart(
      0,
      [
        [1, 5],
        [100, 100_000_000],
      ],
      done,
    ),
  ]);
  const [entry] = await readAll(10);
  assert.equal(entry?.messageCount, 99_999_906);
  assert.equal(entry?.messages.length, LIMITS.messagesPerActivityMax);
  assert.equal(entry?.messages.at(-1)?.uid, 100_000_000);
});
