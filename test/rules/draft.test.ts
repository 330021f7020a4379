import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ParsedMail, simpleParser } from 'mailparser';
import { EFFECT_HEADER } from '../../shared/mail/effect-header.ts';
import type { HeaderField } from '../../shared/mail/message.ts';
import { parseHeaders } from '../../shared/mail/parse-headers.ts';
import { buildDraft } from '../../shared/rules/draft.ts';
import type { DraftSpec } from '../../shared/rules/effect.ts';

const OPTIONS = {
  messageId: '<draft-1@example.org>',
  effectId: 'effect-1',
  from: { name: 'Zoë Me', address: 'me@example.org' },
  date: new Date('2025-03-02T10:00:00Z'),
};
const SPEC: DraftSpec = { text: 'Dear {{sender.name}},\nthank you.', quote: true, evenIfAutomatic: false };
const HEADERS: readonly HeaderField[] = [
  ['from', '"Müller, Anna" <anna@example.com>'],
  ['subject', 'Frage zur Rechnung'],
  ['message-id', '<m1@example.com>'],
  ['references', '<m0@example.com>'],
];

const draft = async (
  spec: Partial<DraftSpec>,
  headers = HEADERS,
  bodyText?: string,
): Promise<{ raw: Buffer; mail: ParsedMail }> => {
  const original = {
    headers,
    receivedAt: Date.parse('2025-03-01T09:30:00Z'),
    ...(bodyText === undefined ? {} : { bodyText }),
  };
  const raw = await buildDraft({ ...SPEC, ...spec }, original, OPTIONS);
  return { raw, mail: await simpleParser(raw) };
};

const namesIn = (raw: Buffer) =>
  parseHeaders(raw)
    .map(([name]) => name)
    .sort();

const NAMES = [
  'content-transfer-encoding',
  'content-type',
  'date',
  'from',
  'in-reply-to',
  'message-id',
  'mime-version',
  'references',
  'subject',
  'to',
  EFFECT_HEADER.toLowerCase(),
].sort();

test('a draft is a reply: recipients, subject, thread, marker, date', async () => {
  const { raw, mail } = await draft({}, HEADERS, 'Was kostet das?\n\n> früher\n-- \nAnna');
  assert.deepEqual(mail.from?.value, [{ name: 'Zoë Me', address: 'me@example.org' }]);
  assert.deepEqual([mail.to].flat()[0]?.value, [{ name: 'Müller, Anna', address: 'anna@example.com' }]);
  assert.equal(mail.subject, 'Re: Frage zur Rechnung');
  assert.equal(mail.inReplyTo, '<m1@example.com>');
  assert.deepEqual(mail.references, ['<m0@example.com>', '<m1@example.com>']);
  assert.equal(mail.messageId, OPTIONS.messageId);
  assert.deepEqual(mail.date, OPTIONS.date);
  assert.equal(mail.headers.get('x-mailyard-effect'), 'effect-1');
  assert.deepEqual(namesIn(raw), NAMES);
  assert.equal(
    mail.text,
    'Dear Müller, Anna,\nthank you.\n\nOn 2025-03-01 09:30 UTC, "Müller, Anna" <anna@example.com> wrote:\n' +
      '> Was kostet das?\n>\n>> früher\n> -- \n> Anna\n',
  );
});

test('it is text/plain with CRLF line ends and nothing beside it', async () => {
  const { raw, mail } = await draft({}, HEADERS, 'one\r\ntwo\rthree\nfour');
  assert.match(
    mail.headers.get('content-type') === undefined ? '' : raw.toString(),
    /Content-Type: text\/plain; charset=utf-8/i,
  );
  assert.doesNotMatch(raw.toString('latin1'), /(^|[^\r])\n|\r(?!\n)/);
  assert.deepEqual([mail.html, mail.attachments], [false, []]);
});

test('without quoting, or without a text to quote, there is no attribution', async () => {
  assert.equal((await draft({ quote: false }, HEADERS, 'secret')).mail.text, 'Dear Müller, Anna,\nthank you.\n');
  assert.equal((await draft({})).mail.text, 'Dear Müller, Anna,\nthank you.\n');
});

test('the rule’s subject replaces the reply’s, its placeholders filled', async () => {
  assert.equal(
    (await draft({ subject: '[#1] {{subject}} {{date}}' })).mail.subject,
    '[#1] Frage zur Rechnung 2025-03-01',
  );
});

test('all placeholders are filled, and values are not read as templates', async () => {
  const text = '{{sender.name}}|{{sender.address}}|{{subject}}|{{date}}|{{account.address}}|{{constructor}}';
  const { mail } = await draft({ text }, [
    ['from', 'Eve <eve@example.com>'],
    ['subject', '{{account.address}}'],
  ]);
  assert.equal(mail.text, 'Eve|eve@example.com|{{account.address}}|2025-03-01|me@example.org|{{constructor}}\n');
});

test('a sender without a name is called by the address', async () => {
  assert.match((await draft({}, [['from', 'eve@example.com']])).mail.text ?? '', /^Dear eve@example\.com,/);
});

for (const charset of [
  'ascii only',
  'Ünïcödé',
  '日本語のメール',
  'العربية و עברית',
  '👩‍👩‍👧 🎉',
  '\u202eevil',
  'a'.repeat(3_000),
]) {
  test(`${charset.slice(0, 20)} comes back as it was, in text, subject, name and quote`, async () => {
    const headers = [
      ['from', `"${charset.slice(0, 60)}" <a@example.com>`],
      ['subject', charset.slice(0, 200)],
      ['message-id', '<m1@example.com>'],
      ['references', '<m0@example.com>'],
    ] as const;
    const { raw, mail } = await draft({ text: `{{sender.name}} ${charset}` }, headers, charset);
    assert.equal(mail.subject, `Re: ${charset.slice(0, 200)}`);
    assert.equal([mail.to].flat()[0]?.value[0]?.name, charset.slice(0, 60));
    assert.ok(mail.text?.startsWith(`${charset.slice(0, 60)} ${charset}\n`));
    assert.ok(mail.text?.endsWith(`> ${charset}\n`));
    assert.deepEqual(namesIn(raw), NAMES);
    for (const line of raw.toString('latin1').split('\r\n')) assert.ok(line.length <= 998);
  });
}

test('an IDN address is answered in the form that servers take', async () => {
  const { mail, raw } = await draft({}, [['from', 'x@bücher.example']]);
  assert.match(raw.toString(), /^To: x@xn--bcher-kva\.example\r$/m);
  assert.equal([mail.to].flat()[0]?.value[0]?.address, 'x@bücher.example');
});

const HOSTILE: readonly (readonly [what: string, raw: string])[] = [
  ['line breaks in an encoded subject', 'Subject: =?utf-8?Q?x=0D=0ABcc:_evil@example.net?='],
  [
    'an encoded word inside an encoded word',
    `Subject: =?utf-8?B?${Buffer.from('=?utf-8?Q?x=0D=0ABcc:_evil@example.net?=').toString('base64')}?=`,
  ],
  ['a bare CR', 'Subject: x\rBcc: evil@example.net'],
  ['a NUL', 'Subject: x\u0000y'],
  ['line breaks in an encoded name', 'From: =?utf-8?Q?x=0D=0ABcc:_evil@example.net?= <a@example.com>'],
  ['an address in an encoded name', 'From: =?utf-8?Q?x=22_=3Cevil@example.net=3E=2C_=22?= <a@example.com>'],
  ['line breaks in an encoded reply address', 'Reply-To: <=?utf-8?Q?x=0D=0ABcc:_evil?=@example.net>'],
  ['a Message-ID with a fold', 'Message-ID: <a\r\n Bcc:evil@example.net>'],
  ['an address with a second @', 'Reply-To: a@example.com@example.net'],
  ['References with a fold', 'References: <a@b>\r\n Bcc: <evil@example.net>'],
];

for (const [what, header] of HOSTILE) {
  test(`${what} can add neither header nor recipient`, async () => {
    const headers = parseHeaders(
      Buffer.from(`${header}\r\nFrom: a@example.com\r\nMessage-ID: <m1@example.com>\r\n\r\n`),
    );
    const { raw, mail } = await draft({ subject: 'Re {{subject}} {{sender.name}}' }, headers, 'x\r\n.\r\nBcc: y');
    for (const name of namesIn(raw)) assert.ok(NAMES.includes(name), name);
    assert.equal(mail.bcc, undefined);
    const people = [mail.to].flat().flatMap((to) => to?.value ?? []);
    assert.equal(people.length, 1);
    for (const { address } of people) assert.equal(address, 'a@example.com');
    assert.doesNotMatch(mail.subject ?? '', /\r|\n|\0/);
  });
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\r', '\n', '\0', '\ud800', '<', '>', '"', ',', '=?', '?=', 'é', '{{', '}}') }),
);

test('whatever the original holds, the draft is a message with the known headers only', async () => {
  const name = fc.constantFrom('from', 'reply-to', 'subject', 'message-id', 'references', 'in-reply-to');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, anyText), { maxLength: 6 }),
      anyText,
      anyText,
      async (headers, text, body) => {
        const { raw } = await draft({ text: `${text}{{subject}}`, subject: `${text}{{subject}}` }, headers, body);
        for (const header of namesIn(raw)) assert.ok(NAMES.includes(header), header);
        assert.doesNotMatch(raw.toString('latin1'), /(^|[^\r])\n|\r(?!\n)|\0/);
      },
    ),
  );
});

const MANY: readonly HeaderField[] = [
  ...HEADERS,
  ['to', 'Zoë <ME@example.org>, Bob <bob@example.com>'],
  ['cc', 'carol@example.com, anna@example.com'],
];
const addressesOf = (found: ParsedMail['to']) =>
  [found ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address));

test('a reply to all is for everybody but oneself, each once', async () => {
  const { mail } = await draft({ kind: 'replyAll', cc: ['dave@example.com'] }, MANY);
  assert.deepEqual(addressesOf(mail.to), ['anna@example.com', 'bob@example.com']);
  assert.deepEqual(addressesOf(mail.cc), ['dave@example.com', 'carol@example.com']);
  assert.equal(mail.inReplyTo, '<m1@example.com>');
});

test('a forward hands on what was written, to whom the rule names, outside of the thread', async () => {
  const { mail } = await draft(
    { kind: 'forward', to: ['books@example.org'], text: 'For {{sender.name}}' },
    MANY,
    'the text\n> quoted',
  );
  assert.deepEqual(addressesOf(mail.to), ['books@example.org']);
  assert.equal(mail.subject, 'Fwd: Frage zur Rechnung');
  assert.deepEqual([mail.inReplyTo, mail.references], [undefined, undefined]);
  assert.match(
    mail.text ?? '',
    /^For Müller, Anna\n\n-+ Forwarded message -+\nFrom: "Müller, Anna" <anna@example.com>\n/,
  );
  assert.match(mail.text ?? '', /\nSubject: Frage zur Rechnung\n\nthe text\n> quoted\n$/);
});

test('a new message has nothing of the old one but what the templates name', async () => {
  const { mail } = await draft(
    { kind: 'new', to: ['b@example.org'], subject: 'On {{subject}}', text: 'Hi' },
    MANY,
    'secret',
  );
  assert.deepEqual(addressesOf(mail.to), ['b@example.org']);
  assert.deepEqual(
    [mail.subject, mail.text, mail.inReplyTo, mail.cc],
    ['On Frage zur Rechnung', 'Hi\n', undefined, undefined],
  );
});
