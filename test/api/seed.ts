/** Mirrors and journals put into the table as a run leaves them. */
import type { Role } from '../../shared/mail/folder.ts';
import type { UidSet } from '../../shared/mail/uid-set.ts';
import { putApplication } from '../../shared/store/applications.ts';
import { readCursorPages, writeCursorPages } from '../../shared/store/cursors.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { writeParts } from '../../shared/store/journal.ts';
import { readSegments, writeSegments } from '../../shared/store/segments.ts';
import type { Table } from '../../shared/store/table.ts';
import type { FolderCursor } from '../../shared/sync/cursor.ts';
import { updatePages } from '../../shared/sync/cursor.ts';
import type { JournalPart, PartState } from '../../shared/sync/journal.ts';
import { type MessageRow, messageListOf } from '../../shared/sync/message-list.ts';
import { encodeSegment } from '../../shared/sync/segment.ts';

export const folderOf = (id: string, path: string, more: { role?: Role; unseen?: number } = {}): FolderCursor => ({
  id,
  path,
  uidValidity: 7,
  uidNext: 1_000,
  messages: 3,
  ...more,
});

/** Replaces all that is known of the folders. */
export const putFolders = async (table: Table, ref: AccountRef, folders: readonly FolderCursor[]): Promise<void> => {
  const before = await readCursorPages(table, ref);
  await writeCursorPages(table, ref, before, updatePages(before, folders, 900));
};

/** Replaces a folder's messages, so many to a segment. */
export const putMessages = async (
  table: Table,
  ref: AccountRef,
  { id, uidValidity }: FolderCursor,
  rows: readonly MessageRow[],
  perSegment: number,
): Promise<void> => {
  const folder = { folderId: id, uidValidity };
  const before = await readSegments(table, ref, folder);
  const sorted = rows.toSorted((a, b) => a.uid - b.uid);
  const write: { start: number; bytes: Uint8Array }[] = [];
  for (let from = 0; from < sorted.length; from += perSegment) {
    const some = sorted.slice(from, from + perSegment);
    const start = some[0]?.uid ?? 1;
    const bytes = encodeSegment(start, messageListOf(some));
    if (bytes === undefined) throw new Error('too many for one segment');
    write.push({ start, bytes });
  }
  const starts = new Set(write.map(({ start }) => start));
  const remove = before.map(({ start }) => start).filter((start) => !starts.has(start));
  await writeSegments(table, ref, folder, before, { write, remove });
};

export const movePart = (n: number, uids: UidSet, state: PartState): JournalPart => ({
  n,
  kind: 'effect',
  command: {
    kind: 'move',
    source: { folderId: '1', path: 'INBOX', uidValidity: 7 },
    uids,
    askedBy: [{ by: 'rule', ruleId: 'r1', ruleName: 'Bills', uids }],
    target: { path: 'Bills', create: false, uidValidity: 8, uidNext: 1 },
    fingerprints: [],
  },
  state,
});

export const putRun = (
  table: Table,
  ref: AccountRef,
  runId: string,
  parts: readonly JournalPart[],
  at = Date.now(),
): Promise<void> => writeParts(table, ref, runId, parts, { epoch: 1, at, expiresAt: Math.floor(at / 1_000) + 86_400 });

/** A rule that is being applied to mail that was there; `at` in milliseconds since 1970. */
export const putRunningApplication = async (
  table: Table,
  ref: AccountRef,
  { id, ruleId, at }: { readonly id: string; readonly ruleId: string; readonly at: number },
): Promise<void> => {
  const application = { id, rules: [{ id: ruleId, revision: 1 }], state: 'running' } as const;
  const counts = { messages: 40, processed: 0, pieces: 1, next: 0, runIds: [], createdAt: at, updatedAt: at };
  await putApplication(table, ref, { ...application, ...counts }, [], Math.floor(at / 1_000) + 86_400);
};
