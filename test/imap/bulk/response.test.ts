import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readResponse } from '../../../shared/imap/bulk/response.ts';
import { LIMITS } from '../../../shared/limits.ts';

const read = (text: string) => readResponse(Buffer.from(text), 0, Buffer.byteLength(text));
const row = (uid: number | undefined, flags: readonly string[] | undefined) => ({ kind: 'row', uid, flags });

test('a row is read in whatever order, case and company', () => {
  assert.deepEqual(read('* 1 FETCH (FLAGS (\\Seen) UID 7)'), row(7, ['\\Seen']));
  assert.deepEqual(read('* 1 fetch (uid 7 flags ())'), row(7, []));
  assert.deepEqual(read('* 1 FETCH ( UID 7  FLAGS ( a  b ) )'), row(7, ['a', 'b']));
  assert.deepEqual(
    read(
      '* 1 FETCH (X-GM-LABELS ("a)b (" \\\\Inbox) MODSEQ (12) UID 7 ENVELOPE (NIL "UID 9" ((NIL NIL "x" "y"))) FLAGS (c))',
    ),
    { ...row(7, ['c']), modseq: 12n },
  );
});

test('what is within strings, literals and sections is not mistaken for items', () => {
  assert.deepEqual(
    read('* 1 FETCH (BODY[HEADER.FIELDS (UID "]")]<0> "UID 9 FLAGS (x)" UID 7 FLAGS (a))'),
    row(7, ['a']),
  );
  assert.deepEqual(read('* 1 FETCH (BODY[] {18}\r\n UID 9 FLAGS (x))\r UID 7 FLAGS (a))'), row(7, ['a']));
  assert.deepEqual(read('* 1 FETCH (BINARY[1] ~{4}\r\n)\u0000)( UID 7 FLAGS (a))'), row(7, ['a']));
});

test('flags come as atoms, quoted or as literals, and may hold brackets and braces', () => {
  assert.deepEqual(
    read('* 1 FETCH (UID 7 FLAGS (k]w [Gmail]/x [open {5} "quo\\"ted" {4}\r\nlite größe))'),
    row(7, ['k]w', '[Gmail]/x', '[open', '{5}', 'quo"ted', 'lite', 'größe']),
  );
});

test('a row that cannot be read, or is only part of one, has no values that would be believed', () => {
  assert.deepEqual(read('* 1 FETCH (FLAGS (\\Seen))'), row(undefined, ['\\Seen']));
  assert.deepEqual(read('* 1 FETCH (UID 7)'), row(7, undefined));
  for (const text of [
    '* 1 FETCH (UID x FLAGS (a))',
    '* 1 FETCH (UID 7 FLAGS NIL)',
    '* 1 FETCH (UID 7 FLAGS (a)',
    '* 1 FETCH (UID 7 FLAGS (a "b))',
    '* 1 FETCH (UID 7 FLAGS (a {9}\r\nb))',
    '* 1 FETCH (UID 7 FLAGS (a (b)))',
    '* 1 FETCH (BODY[ UID 7 FLAGS (a))',
    '* 1 FETCH UID 7',
    '* 1 FETCH',
  ]) {
    assert.deepEqual(read(text), row(undefined, undefined), text);
  }
});

test('a status response gives its code, its number and a bounded text', () => {
  assert.deepEqual(read('y3 NO [nonexistent] No such mailbox'), {
    kind: 'tagged',
    tag: 'y3',
    status: 'NO',
    code: 'NONEXISTENT',
    number: undefined,
    text: '[nonexistent] No such mailbox',
  });
  assert.partialDeepStrictEqual(read('* OK [HIGHESTMODSEQ 9007199254740993] Highest'), {
    kind: 'status',
    code: 'HIGHESTMODSEQ',
    number: '9007199254740993',
  });
  assert.partialDeepStrictEqual(read('* OK [PERMANENTFLAGS (\\Seen k]w)] Flags'), {
    code: 'PERMANENTFLAGS',
    number: undefined,
  });
  assert.partialDeepStrictEqual(read('* bye'), { kind: 'status', status: 'BYE', code: undefined, text: '' });
  const long = read(`y1 BAD ${'x'.repeat(100_000)}`);
  assert.ok(long.kind === 'tagged' && long.text.length <= 200);
});

test('counts, flags and what is gone', () => {
  assert.deepEqual(read('* 12 EXISTS'), { kind: 'exists', count: 12 });
  assert.deepEqual(read('* 12 EXPUNGE'), { kind: 'expunged' });
  assert.deepEqual(read('* VANISHED 3:4'), { kind: 'expunged' });
  assert.deepEqual(read('* VANISHED (EARLIER) 3:4,9'), { kind: 'vanished', uids: Uint32Array.of(3, 4, 9, 9) });
  for (const text of ['* VANISHED (EARLIER) 3:', '* VANISHED (EARLIER) *', '* VANISHED (EARLIER)']) {
    assert.deepEqual(read(text), { kind: 'vanished', uids: undefined }, text);
  }
  assert.deepEqual(read('* FLAGS (\\Seen a)'), { kind: 'flags', flags: ['\\Seen', 'a'] });
  const many = Array.from({ length: LIMITS.keywordsPerFolderMax + 1 }, (_, i) => `k${i}`).join(' ');
  assert.deepEqual(read(`* FLAGS (${many})`), { kind: 'flags', flags: undefined });
  assert.deepEqual(read(`* 1 FETCH (UID 7 FLAGS (${many}))`), row(undefined, undefined));
});

test('an ESEARCH gives the UIDs of its tag', () => {
  const found = (text: string) => {
    const response = read(text);
    assert.ok(response.kind === 'found');
    return [response.tag, response.found === undefined ? undefined : [...response.found]];
  };
  assert.deepEqual(found('* ESEARCH (TAG "y4") UID ALL 1:3,5'), ['y4', [1, 3, 5, 5]]);
  assert.deepEqual(found('* ESEARCH (TAG y4) UID ALL 5,3:1,2:4'), ['y4', [1, 5]]);
  assert.deepEqual(found('* ESEARCH (TAG "y4") UID'), ['y4', []]);
  assert.deepEqual(found('* ESEARCH (TAG "y4") UID MODSEQ 12 ALL 4294967295'), ['y4', [4294967295, 4294967295]]);
  // Counts in place of UIDs, sequence numbers, no numbers: not what was asked for.
  assert.deepEqual(found('* ESEARCH (TAG "y4") UID COUNT 3'), ['y4', undefined]);
  assert.deepEqual(found('* ESEARCH (TAG "y4") ALL 1:3'), ['y4', undefined]);
  for (const set of ['0', '1:', '1,,2', '1:*', '4294967296', '1:2x', '"1"']) {
    assert.deepEqual(found(`* ESEARCH (TAG "y4") UID ALL ${set}`), ['y4', undefined], set);
  }
  assert.deepEqual(read('* ESEARCH UID ALL 1:3'), { kind: 'other' });
});

test('anything else is nothing', () => {
  for (const text of [
    '',
    '* ',
    '*',
    '+ go on',
    'y1',
    'garbage',
    '* 5',
    '* SEARCH 1 2 3',
    '* LIST () "/" "FETCH"',
    '* 5 RECENT',
  ]) {
    assert.deepEqual(read(text), { kind: 'other' }, text);
  }
});
