import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LIMITS } from '../../shared/limits.ts';
import { parseAddresses } from '../../shared/mail/addresses.ts';
import { parseHeaders } from '../../shared/mail/parse-headers.ts';

const one = (raw: string | Buffer) => parseHeaders(Buffer.from(raw as string))[0]?.[1];

test('fields keep their order and repeats, names are in lower case', () => {
  const raw = 'Received: a\r\nSUBJECT: b\r\nReceived:  c \r\nX-Empty:\r\n\r\nBody: no\r\n';
  assert.deepEqual(parseHeaders(Buffer.from(raw)), [
    ['received', 'a'],
    ['subject', 'b'],
    ['received', 'c'],
    ['x-empty', ''],
  ]);
});

test('folded lines are one, with CRLF or LF', () => {
  assert.equal(one('Subject: one\r\n two\r\n\tthree\r\n'), 'one two three');
  assert.equal(one('Subject: one\n two\n\n'), 'one two');
  assert.equal(one('Subject:\r\n folded from the start'), 'folded from the start');
});

test('lines that are no field are passed over', () => {
  const raw = 'From ann Mon Mar 3\nno colon\n: no name\nBad Name: x\nGood : y\n folded\n';
  assert.deepEqual(parseHeaders(Buffer.from(raw)), [['good', 'y folded']]);
});

const WORDS: readonly (readonly [encoded: string, decoded: string])[] = [
  ['=?utf-8?Q?Gr=C3=BC=C3=9Fe_an_alle?=', 'Grüße an alle'],
  ['=?ISO-8859-1?Q?Andr=E9?= Pirard', 'André Pirard'],
  ['=?iso-8859-15?q?100_=A4?=', '100 €'],
  ['=?windows-1251?B?z/Do4uXy?=', 'Привет'],
  ['=?koi8-r?B?8NLJ18XU?=', 'Привет'],
  ['=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=', 'こんにちは'],
  ['=?Shift_JIS?B?grGC8YLJgr+CzQ==?=', 'こんにちは'],
  ['=?cp932?B?grGC8YLJgr+CzQ==?=', 'こんにちは'],
  ['=?gb2312?B?xOO6ww==?=', '你好'],
  ['=?gb18030?B?xOO6ww==?=', '你好'],
  ['=?big5?B?p0Gmbg==?=', '你好'],
  ['=?euc-kr?B?vsiz58fPvLy/5A==?=', '안녕하세요'],
  ['=?ks_c_5601-1987?B?vsiz58fPvLy/5A==?=', '안녕하세요'],
  ['=?us-ascii*en?Q?plain?=', 'plain'],
  ['=?us-ascii?Q?not_=C3=A4scii?=', 'not äscii'],
  ['=?utf-8?Q?one?= =?utf-8?Q?_two?=', 'one two'],
  ['=?utf-8?Q?one?=\r\n =?utf-8?Q?two?=', 'onetwo'],
  ['=?utf-8?B?4pyo4p8=?= =?utf-8?B?qA==?=', '✨⟨'.replace('⟨', '\u27e8')],
  ['=?utf-8?Q?a?= b =?utf-8?Q?c?=', 'a b c'],
  ['=?utf-8?Q?a?= =?iso-8859-1?Q?=E9?=', 'aé'],
  ['=?utf-8?Q?spaces are not allowed?=', 'spaces are not allowed'],
  ['=?no-such-charset?Q?a?=', '=?no-such-charset?Q?a?='],
  ['=?utf-7?Q?+ADw-script+AD4-?=', '=?utf-7?Q?+ADw-script+AD4-?='],
  ['=?utf-8?X?a?=', '=?utf-8?X?a?='],
  ['=?utf-8?Q?cut', '=?utf-8?Q?cut'],
  ['=?utf-8?Q??=', ''],
  ['=?utf-8?Q?x=0D=0ABcc:_evil=00?=', 'x Bcc: evil'],
  ['=?utf-8?Q?=ZZ?=', '=ZZ'],
];

for (const [encoded, decoded] of WORDS) {
  test(`${JSON.stringify(encoded)} reads ${JSON.stringify(decoded)}`, () =>
    assert.equal(one(`Subject: ${encoded}`), decoded));
}

test('raw bytes are UTF-8, else Western', () => {
  assert.equal(one(Buffer.from('Subject: Grüße', 'utf8')), 'Grüße');
  assert.equal(one(Buffer.from('Subject: Gr\xfc\xdfe', 'latin1')), 'Grüße');
});

test('a name that decodes to an address stays a name', () => {
  for (const field of ['From', 'To', 'Reply-To']) {
    const value = one(
      `${field}: =?utf-8?Q?boss=40example=2Ecom=2C_=22x=22_=3Cevil=40example=2Enet=3E?= <real@example.org>`,
    );
    assert.deepEqual(parseAddresses(value ?? ''), [
      { name: 'boss@example.com, "x" <evil@example.net>', address: 'real@example.org' },
    ]);
  }
});

test('an encoded word in an address is not decoded', () => {
  const [person] = parseAddresses(one('From: =?utf-8?Q?boss=40example=2Ecom=3E?=@example.net') ?? '');
  assert.match(person?.address ?? '', /^=\?utf-8\?.*@example\.net$/);
});

test('encoded words within quotes are decoded, as clients do', () => {
  assert.equal(one('From: "=?utf-8?B?SsO8cmdlbg==?=" <j@example.com>'), '"Jürgen" <j@example.com>');
});

test('reading stops at headerBytesMax', () => {
  const raw = Buffer.from(`${'X-A: b\r\n'.repeat(20_000)}Subject: late\r\n\r\n`);
  const fields = parseHeaders(raw);
  assert.equal(fields.length, Math.ceil(LIMITS.headerBytesMax / 8));
  assert.ok(!fields.some(([name]) => name === 'subject'));
});

for (const piece of [
  '=?',
  '=?a?q?',
  '=?a?q?x?= ',
  '(',
  '"',
  '<',
  '@',
  ',',
  ':;',
  '[',
  '\\',
  ' ',
  '\r\n ',
  '\0',
  'a@b ',
]) {
  test(`64 KB of ${JSON.stringify(piece)} is read in bounded time`, () => {
    const hostile = piece.repeat(Math.floor(LIMITS.headerBytesMax / piece.length));
    const start = performance.now();
    parseHeaders(Buffer.from(`To: =?utf-8?Q?x?= ${hostile}`));
    parseHeaders(Buffer.from(`Subject: =?utf-8?Q?x?= ${hostile}`));
    assert.ok(performance.now() - start < 2_000);
  });
}

test('any bytes give fields of one line without control characters', () => {
  const line = fc.constantFrom(
    'Subject',
    'From',
    ':',
    ' ',
    '\r',
    '\n',
    '\t',
    '=?utf-8?Q?=0A?=',
    '=?utf-8?B?DQo=?=',
    '\0',
    'ü',
    '<a@b>',
    '"',
  );
  const raw = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(line, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join(''))),
  );
  fc.assert(
    fc.property(raw, (bytes) => {
      for (const [name, value] of parseHeaders(bytes)) {
        assert.match(name, /^[!-9;-@[-~]+$/);
        assert.doesNotMatch(value, /\p{Cc}|\p{Zl}|\p{Zp}/u);
        assert.ok(value.isWellFormed());
      }
    }),
  );
});
