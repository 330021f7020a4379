import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ListedFolder } from '../../shared/mail/folder.ts';
import type { FolderCursor } from '../../shared/sync/cursor.ts';
import { messageListOf } from '../../shared/sync/message-list.ts';
import { isSameContent, proposeRenames } from '../../shared/sync/renames.ts';

const cursor = (path: string, more: Partial<FolderCursor> = {}): FolderCursor => ({
  id: path,
  path,
  uidValidity: 7,
  uidNext: 10,
  messages: 5,
  ...more,
});
const folder = (path: string, status: Partial<NonNullable<ListedFolder['status']>> = {}): ListedFolder => ({
  path,
  delimiter: '/',
  selectable: true,
  status: { uidValidity: 7, uidNext: 10, messages: 5, ...status },
});
const pairs = (cursors: FolderCursor[], folders: ListedFolder[]) =>
  proposeRenames(cursors, folders).map((rename) => [rename.cursor.path, rename.folder.path]);

describe('proposeRenames', () => {
  it('pairs a folder that vanished with the one that goes on where it stopped', () => {
    assert.deepEqual(pairs([cursor('Old'), cursor('INBOX')], [folder('INBOX'), folder('New', { uidNext: 12 })]), [
      ['Old', 'New'],
    ]);
  });

  it('pairs nothing under another UIDVALIDITY, with UIDs that go back, or with nothing to be known by', () => {
    assert.deepEqual(pairs([cursor('Old')], [folder('New', { uidValidity: 8 })]), []);
    assert.deepEqual(pairs([cursor('Old')], [folder('New', { uidNext: 9 })]), []);
    assert.deepEqual(pairs([cursor('Old', { messages: 0 })], [folder('New')]), []);
    assert.deepEqual(pairs([cursor('Old', { uidNext: 0 })], [folder('New')]), []);
  });

  it('guesses nothing where two could be meant', () => {
    assert.deepEqual(pairs([cursor('Old')], [folder('A'), folder('B')]), []);
    assert.deepEqual(pairs([cursor('A'), cursor('B')], [folder('New')]), []);
  });

  it('leaves a folder alone that is still there', () => {
    assert.deepEqual(pairs([cursor('Old')], [folder('Old'), folder('Copy')]), []);
  });
});

describe('isSameContent', () => {
  const list = (...uids: number[]) => messageListOf(uids.map((uid) => ({ uid, keywords: [] })));

  it('bears with a fifth gone and with anything new', () => {
    assert.ok(isSameContent(list(1, 2, 3, 4, 5), list(1, 2, 3, 4, 8, 9)));
    assert.ok(!isSameContent(list(1, 2, 3, 4, 5), list(1, 2, 3)));
    assert.ok(!isSameContent(list(), list(1)));
  });
});
