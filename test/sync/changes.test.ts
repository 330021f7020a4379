import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { uidSet, uidsOf } from '../../shared/mail/uid-set.ts';
import { changesOfPart, type FolderChanges, mergeChanges } from '../../shared/sync/changes.ts';
import type { JournalPart } from '../../shared/sync/journal.ts';

const FOLDER = { folderId: '1', uidValidity: 7 };

/** A history in which each step is possible: only what is not there comes, only what is there changes or goes; UIDs never return. */
const history = fc
  .array(fc.record({ come: fc.nat(3), change: fc.array(fc.nat(20)), go: fc.array(fc.nat(20)) }), { maxLength: 12 })
  .map((steps) => {
    const there = new Set([1, 2, 3, 4, 5]);
    let next = 6;
    return steps.map(({ come, change, go }): FolderChanges => {
      const created = Array.from({ length: come }, () => next++);
      const destroyed = go.filter((uid) => there.has(uid));
      for (const uid of destroyed) there.delete(uid);
      const updated = change.filter((uid) => there.has(uid));
      for (const uid of created) there.add(uid);
      return { ...FOLDER, created: uidSet(created), updated: uidSet(updated), destroyed: uidSet(destroyed) };
    });
  });

describe('mergeChanges', () => {
  it('tells a caller who knew the beginning how to know the end', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const end = new Set([1, 2, 3, 4, 5]);
        const touched = new Set<number>();
        for (const { created, updated, destroyed } of steps) {
          for (const uid of uidsOf(created)) end.add(uid);
          for (const uid of uidsOf(updated)) touched.add(uid);
          for (const uid of uidsOf(destroyed)) end.delete(uid);
        }
        const [told = { ...FOLDER, created: [], updated: [], destroyed: [] }] = mergeChanges(steps);
        const known = new Set([1, 2, 3, 4, 5]);
        for (const uid of uidsOf(told.destroyed)) assert.ok(known.delete(uid), `${uid} was never known`);
        for (const uid of uidsOf(told.created)) known.add(uid);
        assert.deepEqual(known, end);
        const before = [1, 2, 3, 4, 5].filter((uid) => touched.has(uid) && end.has(uid));
        assert.deepEqual([...uidsOf(told.updated)], before);
      }),
    );
  });

  it('keeps folders apart', () => {
    const other = { folderId: '2', uidValidity: 7, created: uidSet([1]), updated: [], destroyed: [] };
    const mine = { ...FOLDER, created: [], updated: [], destroyed: uidSet([1]) };
    assert.deepEqual(mergeChanges([mine, other]), [mine, other]);
  });
});

describe('changesOfPart', () => {
  const source = { ...FOLDER, path: 'INBOX' };
  const command = {
    source,
    uids: uidSet([4, 5]),
    askedBy: [],
    fingerprints: ['a', 'b'],
    target: { path: 'Bills', create: false },
  };
  const state = {
    state: 'done',
    attempt: 1,
    at: 0,
    evidence: { by: 'copyuid', targetUidValidity: 9, mapping: [[4, 101, 1]] },
  } as const;
  const folderIdAt = (path: string) => (path === 'Bills' ? '2' : undefined);

  it('tells a move as gone here and come there, for what was proved', () => {
    const part: JournalPart = { n: 0, kind: 'effect', command: { kind: 'move', ...command }, state };
    assert.deepEqual(changesOfPart(part, folderIdAt), [
      { ...FOLDER, created: [], updated: [], destroyed: uidSet([4]) },
      { folderId: '2', uidValidity: 9, created: uidSet([101]), updated: [], destroyed: [] },
    ]);
  });

  it('tells nothing of what was not done, and that a first sync cannot be told', () => {
    const planned: JournalPart = {
      n: 0,
      kind: 'effect',
      command: { kind: 'move', ...command },
      state: { state: 'planned', attempt: 1 },
    };
    assert.deepEqual(changesOfPart(planned, folderIdAt), []);
    const cursor = { id: '1', path: 'INBOX', uidValidity: 7, uidNext: 1, messages: 0 };
    const change = { source, plan: 'first', arrived: [], changed: [], gone: [], cursor };
    assert.equal(changesOfPart({ n: 0, kind: 'change', change }, folderIdAt), 'unknown');
  });
});
