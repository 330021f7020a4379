/** Asking the server first and looking at what it found comes to the same as looking at everything. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../bench/random.ts';
import { openRawImap, type RawImap } from '../../bench/raw-imap.ts';
import { keywordsOf } from '../../shared/mail/keyword.ts';
import type { MessageFacts } from '../../shared/mail/message.ts';
import { parseBodyText } from '../../shared/mail/parse-body.ts';
import { parseHeaders } from '../../shared/mail/parse-headers.ts';
import { compileRules } from '../../shared/rules/evaluate.ts';
import { formatSearch } from '../../shared/rules/format-search.ts';
import { pushDown } from '../../shared/rules/push-down.ts';
import type { Rule } from '../../shared/rules/rule.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { filterInput, rulesArbitrary } from './arbitraries.ts';
import { CONTEXT, sampleRule } from './samples.ts';

const TRUST = { texts: true, sizes: true };
const MESSAGES = 250;
let dovecot: Dovecot;
let imap: RawImap;
const mailbox: MessageFacts[] = [];

before(async () => {
  dovecot = await startDovecot();
  imap = await openRawImap({ port: dovecot.port, ca: dovecot.ca });
  await imap.send('LOGIN alice alice-password');
  const random = seededRandom(7);
  for (let uid = 1; uid <= MESSAGES; uid += 1) {
    const { raw, flags, receivedAt } = drawMail(random);
    const date = `${imapDay(receivedAt)} ${new Date(receivedAt).toISOString().slice(11, 19)} +0000`;
    await imap.send(
      Buffer.concat([Buffer.from(`APPEND INBOX (${flags.join(' ')}) "${date}" {${raw.length}+}\r\n`), raw]),
    );
    mailbox.push({
      mailbox: 'INBOX',
      uid,
      keywords: keywordsOf(flags),
      size: raw.length,
      receivedAt,
      headers: parseHeaders(raw),
      bodyText: await parseBodyText(raw),
      parts: [],
    });
  }
  await imap.send('EXAMINE INBOX');
});

after(async () => {
  imap.close();
  await dovecot.stop();
});

const WORDS = [
  ...[
    'ann',
    'Bob',
    'Ünal',
    'INVOICE',
    '@example',
    'ß',
    '東京',
    'a b',
    '<ann@example.com>',
    'bob@xn--bcher-kva.example',
    'b@bücher.example',
  ],
  ...[
    '"',
    '"Ann, B" <ann@example.org>',
    '=?utf-8?Q?inv?= =?utf-8?Q?oice?=',
    '=?utf-8?B?w5xuYWw=?=',
    '=?iso-8859-1?Q?=DCnal?=',
    'ｉｎｖｏｉｃｅ',
    '(ann)',
    'me+bob@example.org',
  ],
  ...[
    'in\\voice',
    '"in\\voice"',
    'x\r\n invoice',
    'in\r\n voice',
    'mx.example.org; dmarc=pass',
    'high',
    'bulk',
    '<list.example.com>',
    'no',
    '1',
  ],
];
const NAMES = [
  ...['From', 'To', 'Cc', 'Bcc', 'Subject', 'X-Test', 'List-Id', 'Precedence', 'Auto-Submitted', 'Delivered-To'],
  ...['In-Reply-To', 'Importance', 'X-Message-Flag', 'Authentication-Results', 'Message-ID'],
];

const drawMail = (random: () => number) => {
  const pick = (all: readonly string[]) => all[Math.floor(random() * all.length)] ?? '';
  const some = (all: readonly string[], max: number) =>
    Array.from({ length: Math.floor(random() * max) }, () => pick(all));
  const headers = some(NAMES, 8).map((name) => `${name}: ${some(WORDS, 4).join(' ')}`);
  return {
    raw: Buffer.from(
      [
        ...headers,
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        '',
        some(WORDS, 5).join(' '),
        'x'.repeat(random() < 0.5 ? 0 : 6_000),
        '',
      ].join('\r\n'),
    ),
    flags: [...new Set(some(['\\Seen', '\\Flagged', 'work', 'invoice'], 4))],
    receivedAt: pickDate(random),
  };
};

/** On both sides of midnight, and far from it. */
const pickDate = (random: () => number): number => {
  const days = [
    '2024-12-31T23:59:59Z',
    '2024-12-31T12:00:00Z',
    '2025-03-01T09:30:00Z',
    '2025-03-01T00:00:00Z',
    '2026-01-01T00:00:00Z',
    '2019-05-05T05:05:05Z',
  ];
  return Date.parse(days[Math.floor(random() * days.length)] ?? '');
};

const imapDay = (at: number): string => {
  const [, day, month, year] = new Date(at).toUTCString().split(' ');
  return `${day}-${month}-${year}`;
};

const searched = async (rules: readonly Rule[]): Promise<ReadonlySet<number>> => {
  const search = pushDown(rules, TRUST);
  if (search === undefined) return new Set(mailbox.map(({ uid }) => uid));
  const answer = await imap.ask(`UID SEARCH ${formatSearch(search)}`);
  return new Set((/^\* SEARCH([ \d]*)\r$/m.exec(answer)?.[1] ?? '').trim().split(' ').map(Number));
};

/** Messages for which a rule matches. */
const matches = (rules: readonly Rule[]): number[] => {
  const decide = compileRules(rules, CONTEXT);
  return mailbox.filter((facts) => decide(facts).matched.length > 0).map(({ uid }) => uid);
};

test('what is found and verified is what would be found by looking at everything', async () => {
  let asked = 0;
  let narrowed = 0;
  await fc.assert(
    fc.asyncProperty(filterInput, fc.option(filterInput, { nil: undefined }), async (conditions, exceptions) => {
      const rule = sampleRule({ conditions, ...(exceptions === undefined ? {} : { exceptions }) });
      const found = await searched([rule]);
      const missed = matches([rule]).filter((uid) => !found.has(uid));
      const search = pushDown([rule], TRUST);
      if (search !== undefined) asked += 1;
      if (found.size < MESSAGES) narrowed += 1;
      assert.deepEqual(
        missed.map((uid) => mailbox[uid - 1]?.headers),
        [],
        search === undefined ? 'not asked' : formatSearch(search),
      );
    }),
    { numRuns: 600 },
  );
  // Nothing would be shown where the server is never asked, or finds everything.
  assert.ok(asked >= 100 && narrowed >= 50, `asked ${asked} times, narrowed ${narrowed} times`);
});

test('a set of rules is asked for at once, and later rules see what earlier ones did', async () => {
  await fc.assert(
    fc.asyncProperty(rulesArbitrary, async (rules) => {
      const live = rules.map((rule): Rule => ({ ...rule, mode: 'live' })).map(({ accountIds: _, ...rule }) => rule);
      const found = await searched(live);
      assert.deepEqual(
        matches(live).filter((uid) => !found.has(uid)),
        [],
      );
    }),
    { numRuns: 100 },
  );
});

test('sizes under NOT, of which Dovecot drops the wrong one, miss nothing', async () => {
  const without = (minSize: number) => ({ operator: 'NOT', conditions: [{ minSize }] });
  const rule = sampleRule({ conditions: { operator: 'OR', conditions: [without(1), without(5_000)] } });
  const found = await searched([rule]);
  assert.ok(matches([rule]).length > 50);
  assert.deepEqual(
    matches([rule]).filter((uid) => !found.has(uid)),
    [],
  );
});

const shown = (conditions: object, trust = TRUST, exceptions?: object): string => {
  const search = pushDown([sampleRule({ conditions, ...(exceptions === undefined ? {} : { exceptions }) })], trust);
  return search === undefined ? '' : formatSearch(search);
};

for (const [what, conditions, search] of [
  [
    'a text by its longest runs of plain letters',
    { from: 'Ünal@example-shop.com' },
    'OR (HEADER "from" "example" HEADER "from" "shop" HEADER "from" "nal") HEADER "from" "\\\\"',
  ],
  ['a keyword and its absence', { hasKeyword: '$seen', notKeyword: 'work' }, '(SEEN NOT KEYWORD work)'],
  ['sizes', { minSize: 10, maxSize: 20 }, '(LARGER 9 SMALLER 20)'],
  [
    'days with room for time zones',
    { after: '2025-03-01T09:30:00Z', before: '2025-03-31T00:00:00Z' },
    '(BEFORE 2-Apr-2025 SINCE 28-Feb-2025)',
  ],
  ['nothing for a body', { body: 'x' }, ''],
  [
    'nothing where one alternative cannot be asked for',
    { operator: 'OR', conditions: [{ body: 'x' }, { hasKeyword: 'a' }] },
    '',
  ],
  ['what is left of a conjunction', { body: 'x', hasKeyword: 'a' }, 'KEYWORD a'],
  ['nothing under NOT that is not exact', { operator: 'NOT', conditions: [{ from: 'ann' }] }, ''],
  [
    'what is exact under NOT',
    { operator: 'NOT', conditions: [{ hasKeyword: '$flagged' }, { notKeyword: 'a' }, { minSize: 5 }] },
    '(NOT FLAGGED NOT NOT KEYWORD a)',
  ],
  ['nothing for a text without plain letters', { subject: '東京' }, ''],
  ['nothing for an IDN in its ASCII form', { from: 'xn--bcher-kva.example' }, ''],
] as const) {
  test(`asks for ${what}`, () => assert.equal(shown(conditions), search));
}

test('exceptions are taken away where they are exact', () => {
  assert.equal(shown({ hasKeyword: 'a' }, TRUST, { hasKeyword: 'b' }), '(KEYWORD a NOT KEYWORD b)');
  assert.equal(shown({ hasKeyword: 'a' }, TRUST, { from: 'b' }), 'KEYWORD a');
});

test('where SEARCH is not trusted with texts and sizes it is not asked for them', () => {
  assert.equal(shown({ from: 'ann', minSize: 10, hasKeyword: 'a' }, { texts: false, sizes: false }), 'KEYWORD a');
});

test('nothing that an owner writes can end the command', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      if (text.trim() === '' || text.length > 1_000) return;
      assert.match(shown({ subject: text }), /^[ -~]*$/);
      assert.doesNotMatch(shown({ subject: text }), /"[^"]*$(?<!")/);
    }),
  );
});
