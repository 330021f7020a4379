import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LIMITS } from '../../shared/limits.ts';
import { findFolder, type ListedFolder, normalizePath, pathProblem, refText } from '../../shared/mail/folder.ts';

const FOLDERS: readonly ListedFolder[] = [
  { path: 'INBOX', delimiter: '/', role: 'inbox', selectable: true },
  { path: 'Old trash', delimiter: '/', role: 'trash', selectable: false },
  { path: 'Papierkorb', delimiter: '/', role: 'trash', selectable: true },
  { path: 'Work', delimiter: '/', selectable: true },
];

test('a folder is found by its path, INBOX in any case', () => {
  assert.equal(findFolder(FOLDERS, { path: 'Work' })?.path, 'Work');
  assert.equal(findFolder(FOLDERS, { path: 'inBox' })?.path, 'INBOX');
  assert.equal(findFolder(FOLDERS, { path: 'work' }), undefined);
});

test('a role means the first folder that has it and can hold messages', () => {
  assert.equal(findFolder(FOLDERS, { role: 'trash' })?.path, 'Papierkorb');
  assert.equal(findFolder(FOLDERS, { role: 'junk' }), undefined);
});

test('only INBOX itself is case-insensitive', () => {
  assert.equal(normalizePath('Inbox'), 'INBOX');
  assert.equal(normalizePath('Inbox/Sub'), 'Inbox/Sub');
});

test('a reference is shown as its path or its role', () => {
  assert.equal(refText({ path: 'Work' }), 'Work');
  assert.equal(refText({ role: 'trash' }), 'role trash');
});

for (const path of [
  '',
  'a\nb',
  'a\r',
  '\0',
  '\u0085',
  '\u2028',
  'a*',
  '%',
  '\ud800',
  'ä'.repeat(LIMITS.folderPathBytesMax),
]) {
  test(`${JSON.stringify(path.slice(0, 10))} cannot be a folder's path`, () =>
    assert.notEqual(pathProblem(path), undefined));
}

for (const path of [
  'INBOX',
  'Arbeit/Büro',
  '日本',
  'a "b" \\c',
  ' spaced ',
  '{5}',
  'x'.repeat(LIMITS.folderPathBytesMax),
]) {
  test(`${JSON.stringify(path.slice(0, 10))} can be a folder's path`, () => assert.equal(pathProblem(path), undefined));
}

test('a path that passes is well-formed, bounded and free of control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (path) => {
      if (pathProblem(path) !== undefined) return;
      assert.ok(path.isWellFormed() && path !== '' && Buffer.byteLength(path) <= LIMITS.folderPathBytesMax);
      assert.doesNotMatch(path, /\p{Cc}|\p{Zl}|\p{Zp}|[*%]/u);
    }),
  );
});
