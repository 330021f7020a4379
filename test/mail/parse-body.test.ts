import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LIMITS } from '../../shared/limits.ts';
import { cutBytes } from '../../shared/mail/cut-bytes.ts';
import { parseBodyText } from '../../shared/mail/parse-body.ts';

const read = (raw: string | Buffer) =>
  parseBodyText(typeof raw === 'string' ? Buffer.from(raw.replaceAll('\n', '\r\n')) : raw);

test('plain text is read as it is, its charset and encoding undone', async () => {
  assert.equal((await read('Subject: x\n\nHello\nthere\n')).trim(), 'Hello\nthere');
  const latin =
    'Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe\n';
  assert.equal((await read(latin)).trim(), 'Grüße');
  const japanese = Buffer.from('\x1b$B$3$s$K$A$O\x1b(B', 'latin1').toString('base64');
  assert.equal(
    (
      await read(`Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: base64\n\n${japanese}\n`)
    ).trim(),
    'こんにちは',
  );
});

const multipart = (kind: string, ...parts: string[]) =>
  `Content-Type: multipart/${kind}; boundary=b\n\n${parts.map((part) => `--b\n${part}\n`).join('')}--b--\n`;

test('of alternatives the plain one is read', async () => {
  const raw = multipart('alternative', 'Content-Type: text/plain\n\nplain', 'Content-Type: text/html\n\n<b>html</b>');
  assert.equal((await read(raw)).trim(), 'plain');
});

test('HTML alone is reduced to text, without script and style', async () => {
  const raw = 'Content-Type: text/html\n\n<style>p{}</style><script>x()</script><p>Hello <b>you</b> &amp; me</p>';
  assert.equal((await read(raw)).trim(), 'Hello you & me');
});

test('attachments and attached messages are passed over', async () => {
  const raw = multipart(
    'mixed',
    'Content-Type: text/plain\n\nseen',
    'Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nhidden',
    'Content-Type: message/rfc822\n\nSubject: inner\n\nhidden too',
    'Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=',
  );
  assert.equal((await read(raw)).trim(), 'seen');
});

test('the text is cut at bodyTextBytesMax between characters', async () => {
  const text = await read(`Content-Type: text/plain; charset=utf-8\n\n${'日本'.repeat(40_000)}`);
  assert.ok(Buffer.byteLength(text) <= LIMITS.bodyTextBytesMax);
  assert.match(text, /^[日本]+$/);
});

const nested = (depth: number, inner: string) => {
  const levels = Array.from(
    { length: depth },
    (_, n) => `Content-Type: multipart/mixed; boundary="b${n}"\n\n--b${n}\n`,
  );
  return `${levels.join('')}${inner}`;
};

const HOSTILE: readonly (readonly [what: string, raw: string, found: string])[] = [
  ['parts nested 10,000 deep', nested(10_000, 'Content-Type: text/plain\n\ndeep'), ''],
  ['10,000 messages in messages', `${'Content-Type: message/rfc822\n\n'.repeat(10_000)}Subject: x\n\ndeep`, ''],
  [
    '10,000 parts after the text',
    multipart('mixed', 'Content-Type: text/plain\n\nseen', ...Array(10_000).fill('\nx')),
    'seen',
  ],
  ['200,000 HTML elements deep', `Content-Type: text/html\n\n${'<b>'.repeat(200_000)}seen`, 'seen'],
  ['a megabyte of <', `Content-Type: text/html\n\nseen ${'<'.repeat(1_000_000)}`, 'seen'],
  ['a megabyte of <!--', `Content-Type: text/html\n\nseen ${'<!--'.repeat(250_000)}`, ''],
  ['a megabyte of &', `Content-Type: text/html\n\nseen ${'&#'.repeat(500_000)}`, 'seen'],
  ['a header of ten megabytes', `Subject: ${'x'.repeat(10_000_000)}\n\nlate`, ''],
  ['100,000 recipients', `To: ${'a@b.c, '.repeat(100_000)}\n\nseen`, 'seen'],
  ['a boundary that never comes', 'Content-Type: multipart/mixed; boundary=x\n\nnothing', ''],
  ['no boundary at all', 'Content-Type: multipart/mixed\n\nnothing', ''],
  ['a charset that does not exist', 'Content-Type: text/plain; charset=nonsense\n\nseen', 'seen'],
  ['broken base64', 'Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n!!!', ''],
  ['nothing', '', ''],
];

for (const [what, raw, found] of HOSTILE) {
  test(`${what}: read in bounded time, without an error`, { timeout: 10_000 }, async () => {
    const text = await read(raw);
    assert.ok(text.includes(found));
    assert.ok(Buffer.byteLength(text) <= LIMITS.bodyTextBytesMax);
  });
}

test('any bytes give a well-formed text', async () => {
  const piece = fc.constantFrom(
    'Content-Type: ',
    'multipart/mixed; boundary=b',
    'text/html',
    '\r\n',
    '\r\n\r\n',
    '--b',
    '--',
    '<p>',
    'é',
    '\0',
    ': ',
    'message/rfc822',
  );
  const raw = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join(''))),
  );
  await fc.assert(fc.asyncProperty(raw, async (bytes) => assert.ok((await parseBodyText(bytes)).isWellFormed())));
});

test('a text is cut at a byte count without cutting a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, bytesMax) => {
      const cut = cutBytes(text, bytesMax);
      assert.ok(Buffer.byteLength(cut) <= bytesMax);
      assert.ok(text.toWellFormed().startsWith(cut));
      assert.ok(Buffer.byteLength(text) - Buffer.byteLength(cut) < 4 || Buffer.byteLength(cut) > bytesMax - 4);
    }),
  );
});
