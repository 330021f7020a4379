import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modifiedUtf7, quotedName } from '../../../shared/imap/bulk/folder-name.ts';
import { LIMITS } from '../../../shared/limits.ts';

test('a name goes out as the server listed it, quoted', () => {
  assert.equal(quotedName({ path: 'INBOX' }, false), '"INBOX"');
  assert.equal(quotedName({ path: 'Entwürfe', pathAsListed: 'Entw&APw-rfe' }, false), '"Entw&APw-rfe"');
  assert.equal(
    quotedName({ path: 'a "b" \\ (c) {5} %*', pathAsListed: 'a "b" \\ (c) {5} %*' }, false),
    '"a \\"b\\" \\\\ (c) {5} %*"',
  );
});

test('a name that was never listed is encoded as the server reads names', () => {
  assert.equal(quotedName({ path: 'Entwürfe' }, false), '"Entw&APw-rfe"');
  assert.equal(quotedName({ path: 'Entwürfe' }, true), '"Entwürfe"');
  assert.equal(quotedName({ path: 'R&D' }, false), '"R&-D"');
  assert.equal(quotedName({ path: 'R&D' }, true), '"R&D"');
});

test('modified UTF-7 is that of RFC 3501', () => {
  assert.equal(modifiedUtf7('~peter/mail/台北/日本語'), '~peter/mail/&U,BTFw-/&ZeVnLIqe-');
  assert.equal(modifiedUtf7('📎'), '&2D3czg-');
  assert.equal(modifiedUtf7('&&'), '&-&-');
});

test('a name that no quoted string can hold is not written', () => {
  for (const name of [
    '',
    'a\r\nb',
    'a\u0000b',
    'tab\there',
    'broken \ufffd',
    '\ud800',
    'x'.repeat(LIMITS.bulkFolderNameBytesMax + 1),
  ]) {
    assert.equal(quotedName({ path: 'x', pathAsListed: name }, true), undefined, JSON.stringify(name.slice(0, 20)));
  }
});
