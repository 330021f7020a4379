import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailyardError } from '../../../shared/errors.ts';
import { type ListAnswer, listReader } from '../../../shared/imap/look/list-reader.ts';
import { LIMITS } from '../../../shared/limits.ts';

const OPTIONS = { tag: 'z1', decode: (name: string) => name, onStatus: () => undefined };

const answerTo = (...pieces: readonly (Buffer | string)[]): ListAnswer | undefined => {
  const reader = listReader(OPTIONS);
  for (const piece of pieces) reader.feed(Buffer.from(piece));
  return reader.answer();
};

const LISTING = Buffer.from(
  [
    '* LIST (\\HasNoChildren) "/" inbox',
    '* STATUS INBOX (MESSAGES 5 UIDNEXT 9 UIDVALIDITY 7 UNSEEN 1 HIGHESTMODSEQ 12345678901234)',
    '* list (\\Noselect \\HasChildren) "/" "With \\"\\\\"',
    '* 3 EXISTS',
    '* LIST () NIL {8}',
    'Lite\r\nra',
    '* STATUS {8}',
    'Lite\r\nra (messages 2 X-NEW (1 2) UIDNEXT 3 UIDVALIDITY 7)',
    '* OK [ALERT] a text that ends like a literal {5}',
    '* LIST (\\Sent) "." {5}',
    'Gesé',
    '* STATUS "Gesé" (UIDVALIDITY 8 UIDNEXT 1 MESSAGES 0)',
    'z1 OK [X] done {7}',
    '* BYE so long',
    'half of',
  ].join('\r\n'),
);

test('one listing cut at every byte gives the same answer', () => {
  const whole = answerTo(LISTING);
  assert.ok(whole !== undefined);
  assert.equal(whole.tagged.status, 'OK');
  assert.equal(whole.rest.toString(), '* BYE so long\r\nhalf of');
  for (let at = 1; at < LISTING.length; at += 1) {
    const cut = answerTo(LISTING.subarray(0, at), LISTING.subarray(at));
    // What comes in a later piece is for whoever reads next.
    const rest = Buffer.from('* BYE so long\r\nhalf of').subarray(0, cut?.rest.length);
    assert.deepEqual({ ...cut, rest: '' }, { ...whole, rest: '' }, `cut at ${at}`);
    assert.deepEqual(cut?.rest.toString(), rest.toString(), `cut at ${at}`);
  }
  const bytes = [...LISTING].map((byte) => Buffer.of(byte));
  assert.deepEqual({ ...answerTo(...bytes), rest: '' }, { ...whole, rest: '' });
});

test('rows come as they were told, with the last numbers that were told', () => {
  const answer = answerTo(
    '* STATUS early (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3)\r\n',
    '* LIST (\\Marked) "/" early\r\n* LIST () "/" "late \\"\\\\"\r\n* LIST (\\Noselect) "/" none\r\n* LIST () "/" Inbox\r\n',
    '* STATUS "late \\"\\\\" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3)\r\n',
    '* STATUS "late \\"\\\\" (MESSAGES 4 UIDNEXT 5 UIDVALIDITY 6 HIGHESTMODSEQ 9223372036854775807)\r\n',
    '* STATUS inBOX (MESSAGES x UIDNEXT 4294967295 UNSEEN 12345678901)\r\n',
    '* STATUS gone (MESSAGES 1)\r\nz1 OK done\r\n',
  );
  assert.deepEqual(answer?.rows, [
    {
      path: 'early',
      pathAsListed: 'early',
      delimiter: '/',
      flags: new Set(['\\Marked']),
      status: { messages: 1, uidNext: 2, uidValidity: 3 },
    },
    {
      path: 'late "\\',
      pathAsListed: 'late "\\',
      delimiter: '/',
      flags: new Set(),
      status: { messages: 4, uidNext: 5, uidValidity: 6, highestModseq: 9223372036854775807n },
    },
    { path: 'none', pathAsListed: 'none', delimiter: '/', flags: new Set(['\\Noselect']), status: undefined },
    { path: 'INBOX', pathAsListed: 'Inbox', delimiter: '/', flags: new Set(), status: { uidNext: 4294967295 } },
  ]);
});

test('what no server writes is not read here', () => {
  for (const row of [
    '* LIST',
    '* LIST () "/"',
    '* LIST NIL "/" A',
    '* LIST () / A',
    '* LIST () "//" A',
    '* LIST () "/" NIL',
    '* LIST () "/" ""',
    '* LIST () "/" "/A"',
    '* LIST () "/" (A)',
    '* LIST (\\Sent (x)) "/" A',
    '* LIST (\\Se\\nt) "/" A',
    '* LIST () "/" "A',
    '* LIST () "/" A (',
    '* LIST () "/" A[1]',
    '* LIST () "/" "A\tB"',
    '* STATUS A',
    '* STATUS A MESSAGES 1',
    '* STATUS A (MESSAGES)',
    '* STATUS A (MESSAGES 1',
    '* STATUS A (MESSAGES 1) more',
    '* STATUS () (MESSAGES 1)',
  ]) {
    const others = '* LIST () "/" B\r\n* STATUS B (MESSAGES 1)\r\n';
    assert.equal(answerTo(`${others}${row}\r\nz1 OK done\r\n`)?.rows, undefined, row);
    assert.equal(answerTo(`${others}z1 OK done\r\n`)?.rows?.length, 1);
  }
  assert.equal(answerTo('* LIST () "/" A\r\nz1 OK done\r\n')?.rows, undefined, 'no numbers at all');
});

test('only its own tag ends it, and refusals are told', () => {
  assert.equal(answerTo('z2 OK done\r\n* STATUS A (MESSAGES 1)\r\nz1'), undefined);
  for (const status of ['NO', 'BAD', 'BYE'] as const)
    assert.equal(answerTo(`z1 ${status} [LIMIT] later\r\n`)?.tagged.status, status);
});

test('more folders than an account may have are not gathered', () => {
  for (const row of [
    (nth: number) => `* LIST () "/" F${nth}\r\n`,
    (nth: number) => `* STATUS F${nth} (MESSAGES 1)\r\n`,
  ]) {
    const reader = listReader(OPTIONS);
    const feed = (from: number, to: number) =>
      reader.feed(Buffer.from(Array.from({ length: to - from }, (_, i) => row(from + i)).join('')));
    feed(0, LIMITS.foldersMax);
    assert.throws(
      () => feed(LIMITS.foldersMax, LIMITS.foldersMax + 1),
      (error) => isMailyardError(error, 'imap.refused'),
    );
  }
});
