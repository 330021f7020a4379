import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { nextArrival } from '../../local/demo/arrivals.ts';
import { seedMailbox } from '../../local/demo/mailbox.ts';
import { parseMime } from '../../local/demo/mime-tree.ts';
import { DEMO_RULES } from '../../local/demo/rules.ts';
import type { ListedFolder } from '../../shared/mail/folder.ts';
import { keywordsOf } from '../../shared/mail/keyword.ts';
import type { MessageFacts } from '../../shared/mail/message.ts';
import type { Decision } from '../../shared/rules/effect.ts';
import { evaluate } from '../../shared/rules/evaluate.ts';
import { parseRule, type Rule } from '../../shared/rules/rule.ts';

const NOW = new Date('2027-03-04T10:20:30Z');
const HOUR_MS = 3_600_000;

const inbox = () => seedMailbox(NOW).find(({ path }) => path === 'INBOX')?.messages ?? [];

const rules: Rule[] = DEMO_RULES.map((input, index) => ({
  ...parseRule(structuredClone(input)),
  id: `rule-${index}`,
  revision: 1,
  createdAt: 0,
  updatedAt: 0,
}));

const FOLDERS: ListedFolder[] = (
  [
    ['INBOX', 'inbox'],
    ['Drafts', 'drafts'],
    ['Junk', 'junk'],
    ['Archive', 'archive'],
  ] as const
).map(([path, role]) => ({ path, role, delimiter: '/', selectable: true }));

const factsOf = async (source: Buffer, flags: readonly string[] = []): Promise<MessageFacts> => {
  const parsed = await simpleParser(source);
  return {
    mailbox: 'INBOX',
    uid: 1,
    keywords: keywordsOf(flags),
    size: source.length,
    receivedAt: NOW.getTime(),
    headers: parsed.headerLines
      .map(({ key, line }) => [key, unfold(line.slice(line.indexOf(':') + 1))] as const)
      .map(([key, value]) => [key, key === 'subject' ? (parsed.subject ?? '') : value] as const),
    parts: parsed.attachments.map(({ contentType, contentDisposition }) => ({
      type: contentType,
      disposition: contentDisposition ?? 'inline',
    })),
    bodyText: parsed.text ?? '',
  };
};

const unfold = (value: string): string => value.replace(/\r?\n/g, '').trim();

const decide = async (source: Buffer): Promise<Decision> =>
  evaluate(rules, await factsOf(source), { accountId: 'demo', folders: FOLDERS });

test('The mailbox has the folders with their roles, and some forty messages of the last days', () => {
  const folders = seedMailbox(NOW);
  assert.deepEqual(
    folders.map(({ path, specialUse }) => [path, specialUse]),
    [
      ['INBOX', undefined],
      ['Drafts', '\\Drafts'],
      ['Sent', '\\Sent'],
      ['Trash', '\\Trash'],
      ['Junk', '\\Junk'],
      ['Archive', '\\Archive'],
    ],
  );
  assert.equal(inbox().length, 42);
  assert.deepEqual(folders.map(({ messages }) => messages.length).slice(1), [0, 2, 0, 0, 3]);
  for (const { receivedAt } of inbox()) {
    const hours = (NOW.getTime() - receivedAt.getTime()) / HOUR_MS;
    assert.ok(hours > 0 && hours < 24 * 7);
  }
});

test('Each message is whole: CRLF alone, dated, its own Message-ID, invented domains, no placeholder left', async () => {
  const ids = new Set<string>();
  const all = seedMailbox(NOW).flatMap(({ messages }) => messages);
  for (const { source, receivedAt } of all) {
    const text = source.toString('latin1');
    assert.doesNotMatch(text, /(?<!\r)\n|\r(?!\n)/);
    assert.doesNotMatch(text, /\{\{|\}\}/);
    assert.ok(text.endsWith('\r\n'));
    assert.ok(
      text.split('\r\n').every((line) => line.length <= 998),
      'RFC 5322 section 2.1.1',
    );
    const parsed = await simpleParser(source);
    assert.equal(parsed.date?.getTime(), receivedAt.getTime());
    ids.add(parsed.messageId ?? '');
    for (const [, domain] of text.matchAll(/@([a-z0-9.-]+)/gi)) {
      assert.match(domain ?? '', /^robin$|\.(example|test)$|^example\.(com|org|net)$/, text);
    }
  }
  assert.equal(ids.size, all.length);
});

test('Each language and encoding reads as it was written', async () => {
  const subjects = new Map<string, string>();
  for (const { source } of inbox()) {
    const parsed = await simpleParser(source);
    subjects.set(parsed.subject ?? '', parsed.text ?? '');
    assert.doesNotMatch(`${parsed.subject}${parsed.text}`, /\ufffd/);
  }
  const has = (subject: string, text: string): void => assert.ok(subjects.get(subject)?.includes(text), subject);
  has('Rechnung Nr. 88213: Bürostuhl „Höhe“', '119,00 €');
  has('Réunion déplacée à jeudi', 'œuf');
  has('来週の打ち合わせについて', '田中花子');
  has('Карта побережья: правки', 'Соколова');
  has('شكراً على الخريطة', 'ليلى حداد');
  has('המפה החדשה', 'תודה רבה');
  has('关于新地图的几个问题', '𠮷田');
  has('🧗‍♀️ Saturday: outdoor day 🌤️ – who drives? 🚗', '👋');
});

test('The example rules are rules, and on the seed mail they move, copy, flag and draft as they say', async () => {
  assert.equal(rules.length, 8);
  const byRule = new Map<string, string[]>();
  const kinds = new Map<string, number>();
  for (const { source } of inbox()) {
    const decision = await decide(source);
    const { subject = '' } = await simpleParser(source);
    for (const { ruleName } of decision.matched) {
      byRule.set(ruleName, [...(byRule.get(ruleName) ?? []), subject]);
    }
    for (const { kind } of decision.effects) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const counts = Object.fromEntries([...byRule].map(([name, matched]) => [name, matched.length]));
  assert.deepEqual(counts, {
    'Spam to Junk': 2,
    'The boss is urgent': 1,
    'Code host to its folder': 4,
    'Newsletters and lists': 4,
    'Invoices, in three languages': 4,
    'Receipts kept in the archive': 2,
    'Invitations marked': 3,
    'Draft an answer to questions': 4,
  });
  assert.deepEqual(Object.fromEntries(kinds), { store: 13, move: 14, copy: 2, draft: 2 });
});

test('Automatic mail that asks a question gets no draft, and the owner is told why', async () => {
  for (const start of ['New sign-in', 'Automatic reply']) {
    const found = inbox().find(({ source }) => source.includes(`Subject: ${start}`));
    assert.ok(found);
    const decision = await decide(found.source);
    assert.deepEqual(decision.effects, []);
    assert.deepEqual(
      decision.problems.map(({ reason }) => reason),
      ['automatic-mail'],
    );
  }
});

test('Arrivals never repeat a Message-ID, are the same for the same turn, and read as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(50_000), fc.nat(50_000), async (n, m) => {
      const source = nextArrival(n, NOW);
      assert.ok(source.equals(nextArrival(n, NOW)));
      const { messageId, subject, text, from } = await simpleParser(source);
      if (n !== m) assert.notEqual(messageId, (await simpleParser(nextArrival(m, NOW))).messageId);
      assert.notEqual(messageId, (await simpleParser(nextArrival(n, new Date(NOW.getTime() + 1)))).messageId);
      assert.ok(subject && text && from);
      assert.doesNotMatch(`${subject}${text}${from.text}`, /\ufffd|undefined/);
      assert.doesNotMatch(source.toString('latin1'), /(?<!\r)\n|[^\r\n]{999}/);
    }),
    { numRuns: 60 },
  );
});

test('Among any ten arrivals in a row there is something to move, to copy, to flag and to draft', async () => {
  for (const start of [0, 10, 20, 30]) {
    const kinds = new Set<string>();
    for (let n = start; n < start + 10; n += 1) {
      for (const { kind } of (await decide(nextArrival(n, NOW))).effects) kinds.add(kind);
    }
    assert.deepEqual([...kinds].sort(), start % 20 === 0 ? ['copy', 'draft', 'move', 'store'] : [...kinds].sort());
    for (const kind of ['copy', 'draft', 'move']) assert.ok(kinds.has(kind), kind);
  }
});

test('Any bytes are taken apart into parts that lie within them', () => {
  const line = fc.constantFrom(
    '--b',
    '--b--',
    '',
    'Content-Type: multipart/mixed; boundary=b',
    'Content-Type: message/rfc822',
    ' x',
    'a:',
    '\xff',
  );
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom('\r\n', '\n'), (lines, end) => {
      const raw = lines.join(end);
      const check = (part: ReturnType<typeof parseMime>, from: number, to: number): void => {
        assert.ok(from <= part.start && part.start <= part.bodyStart && part.bodyStart <= part.end && part.end <= to);
        for (const inner of part.parts) check(inner, part.bodyStart, part.end);
        if (part.message !== undefined) check(part.message, part.bodyStart, part.end);
      };
      check(parseMime(raw), 0, raw.length);
    }),
  );
});
