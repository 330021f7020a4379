import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FolderStatus, ListedFolder } from '../../shared/mail/folder.ts';
import type { FolderCursor } from '../../shared/sync/cursor.ts';
import { nextFullLookAt, planFolder } from '../../shared/sync/plan.ts';

const base: FolderStatus = { uidValidity: 7, uidNext: 100, messages: 50, unseen: 3, highestModseq: 40n };
const { highestModseq: _, ...plain } = base;
const { unseen: __, ...bare } = plain;

const listed = (status: FolderStatus): ListedFolder => ({ path: 'INBOX', delimiter: '/', selectable: true, status });
const cursorAt = (status: FolderStatus): FolderCursor => ({ id: '1', path: 'INBOX', ...status });
const kind = (cursor: FolderStatus, status: FolderStatus, condstore = true) =>
  planFolder({ ...cursorAt(cursor), lookedAt: 1 }, listed(status), { condstore, qresync: false, fullLookSince: 0 })
    .kind;

test('a folder without a mirror is read for the first time', () => {
  assert.equal(
    planFolder(undefined, listed(base), { condstore: true, qresync: false, fullLookSince: 0 }).kind,
    'first',
  );
});

test('another UIDVALIDITY reseeds, whatever else is the same', () => {
  const plan = planFolder(cursorAt(base), listed({ ...base, uidValidity: 8 }), {
    condstore: true,
    qresync: false,
    fullLookSince: 0,
  });
  assert.deepEqual(plan, { kind: 'reseed', reason: 'UIDVALIDITY 7 became 8' });
});

test('with HIGHESTMODSEQ any difference is a delta, and none is unchanged', () => {
  assert.equal(kind(base, base), 'unchanged');
  assert.equal(kind(base, { ...base, highestModseq: 41n }), 'delta');
  assert.equal(kind(base, { ...base, uidNext: 101 }), 'delta');
  assert.equal(kind(base, { ...base, messages: 49 }), 'delta');
});

test('mod-sequences that differ beyond 53 bits are told apart', () => {
  const large = { ...base, highestModseq: 9_007_199_254_740_992n };
  assert.equal(kind(large, { ...base, highestModseq: 9_007_199_254_740_993n }), 'delta');
});

test('numbers that went back are not trusted', () => {
  assert.equal(kind(base, { ...base, highestModseq: 39n }), 'compare');
  assert.equal(kind(base, { ...base, uidNext: 99, highestModseq: 41n }), 'compare');
});

test('HIGHESTMODSEQ 0 or absent is unknown, and UNSEEN stands in for it', () => {
  const zero = { ...base, highestModseq: 0n };
  assert.equal(kind(base, zero), 'compare');
  assert.equal(kind(zero, base), 'compare');
  assert.equal(kind(plain, base), 'compare');
  assert.equal(kind(zero, zero), 'unchanged');
  assert.equal(kind(plain, zero), 'unchanged');
  assert.equal(kind(plain, { ...plain, unseen: 4 }), 'window');
  assert.equal(kind(plain, { ...plain, uidNext: 101 }), 'window');
  assert.equal(kind(plain, { ...plain, messages: 51 }), 'window');
  assert.equal(kind(plain, { ...plain, uidNext: 99 }), 'compare');
});

test('where neither is known the newest messages are looked at each time', () => {
  assert.equal(kind(bare, bare), 'window');
  assert.equal(kind(plain, bare), 'window');
});

test('without mod-sequences all flags are looked at when that is due, and with them never for that', () => {
  const due = { condstore: true, qresync: true, fullLookSince: 5_000 };
  assert.equal(planFolder(cursorAt(plain), listed(plain), due).kind, 'compare');
  assert.equal(planFolder(cursorAt(base), listed(base), due).kind, 'unchanged');
  const empty = { ...plain, messages: 0, unseen: 0 };
  assert.equal(planFolder(cursorAt(empty), listed(empty), due).kind, 'unchanged');
  const looked = { ...cursorAt(plain), lookedAt: 5_001 };
  assert.equal(planFolder(looked, listed(plain), due).kind, 'unchanged');
  assert.equal(nextFullLookAt([cursorAt(base), looked], 1_800), 6_801);
  assert.equal(nextFullLookAt([cursorAt(base), cursorAt(empty)], 1_800), undefined);
});

test('a first sync that was stopped goes on, and begins anew under another UIDVALIDITY', () => {
  const under = { ...cursorAt(base), seededTo: 40 };
  const context = { condstore: true, qresync: true, fullLookSince: 0 };
  assert.equal(planFolder(under, listed(base), context).kind, 'first');
  assert.equal(planFolder(under, listed({ ...base, uidValidity: 8 }), context).kind, 'reseed');
});

test('without CONDSTORE a HIGHESTMODSEQ still tells that something changed, but not what', () => {
  assert.equal(kind(base, { ...base, highestModseq: 41n }, false), 'compare');
  assert.equal(kind(base, base, false), 'unchanged');
});

test('a folder that cannot be selected needs nothing; one without a status is compared', () => {
  const folder = { path: 'x', delimiter: '/', selectable: false };
  assert.equal(planFolder(undefined, folder, { condstore: true, qresync: false, fullLookSince: 0 }).kind, 'unchanged');
  assert.equal(
    planFolder(cursorAt(base), { ...folder, selectable: true }, { condstore: true, qresync: false, fullLookSince: 0 })
      .kind,
    'compare',
  );
});

test('where QRESYNC is enabled, one command tells what changed and what vanished', () => {
  const plan = planFolder(cursorAt({ ...base, highestModseq: 50n }), listed({ ...base, highestModseq: 90n }), {
    condstore: true,
    qresync: true,
    fullLookSince: 0,
  });
  assert.equal(plan.kind, 'resync');
});
