/** Rules alone, no server and no database: message x rule evaluations a second on one core, and what malformed mail costs. */

import type { MessageFacts } from '../shared/mail/message.ts';
import { parseBodyText } from '../shared/mail/parse-body.ts';
import { parseHeaders } from '../shared/mail/parse-headers.ts';
import { partsOf } from '../shared/mail/parts.ts';
import type { Decision } from '../shared/rules/effect.ts';
import { compileRules } from '../shared/rules/evaluate.ts';
import { parseRule, type Rule } from '../shared/rules/rule.ts';
import { everyContext, everyRule } from '../test/support/every-condition.ts';
import { MALFORMED_KINDS, malformedMail } from '../test/support/malformed-mail.ts';
import type { Bench, BenchResult } from './bench.ts';
import { seededRandom } from './random.ts';
import { formatNumber } from './table.ts';

const PER_SECOND_MIN = 500_000;
const MESSAGES = 2_000;
const MALFORMED = 1_000;
const SECONDS = 3;

/** Ten rules as people write them, with headers alone; the eleventh reads the text. */
const RULES: readonly object[] = [
  {
    conditions: { from: 'billing@', subject: ['invoice', 'Rechnung', 'facture'] },
    actions: [{ type: 'move', mailbox: { path: 'Bills' }, create: true }],
  },
  { conditions: { isList: true }, actions: [{ type: 'move', mailbox: { path: 'Lists/{{listId}}' }, create: true }] },
  { conditions: { fromDomain: 'shop.example' }, actions: [{ type: 'addKeywords', keywords: ['shop'] }] },
  { conditions: { subject: { startsWith: '[alert]' } }, actions: [{ type: 'flag' }] },
  {
    conditions: { operator: 'OR', conditions: [{ subject: 'urgent' }, { importance: 'high' }] },
    actions: [{ type: 'flag' }],
  },
  { conditions: { sentOnlyToMe: true, isReply: true }, actions: [{ type: 'setImportance', importance: 'high' }] },
  { conditions: { minSize: 5_000_000 }, actions: [{ type: 'addKeywords', keywords: ['large'] }] },
  {
    conditions: {
      operator: 'AND',
      conditions: [{ isBulk: true }, { operator: 'NOT', conditions: [{ from: 'news@' }] }],
    },
    actions: [{ type: 'markSeen' }],
  },
  {
    conditions: { subject: { matches: 'build * failed' } },
    actions: [{ type: 'copy', mailbox: { path: 'Builds' }, create: true }],
  },
  {
    conditions: { to: 'team@example.com', notKeyword: '$seen' },
    actions: [{ type: 'addKeywords', keywords: ['team'] }],
  },
];
const BODY_RULE = { conditions: { body: 'unsubscribe here' }, actions: [{ type: 'markSeen' }] };

const ruleOf = (input: object, n: number): Rule => ({
  ...parseRule({ name: `rule ${n}`, ...input }),
  id: `r${n}`,
  revision: 1,
  createdAt: 0,
  updatedAt: 0,
});

export const evaluateBench: Bench = {
  summary: 'message x rule evaluations a second on one core, and 1,000 malformed messages',
  run: async ({ seed = 20_260_101 }) => await measure(seed),
};

const measure = async (seed: number): Promise<BenchResult> => {
  const random = seededRandom(seed);
  const mail = Array.from({ length: MESSAGES }, (_, n) => drawMail(n, random));
  const headersOnly = RULES.map(ruleOf);
  const perSecond = evaluationsPerSecond(headersOnly, mail);
  const withBody = evaluationsPerSecond([...headersOnly, ruleOf(BODY_RULE, 10)], mail);
  const told = evaluationsPerSecond(headersOnly, mail, (decision) => decision.traces());
  const matched = matchesIn(headersOnly, mail);
  const malformed = await measureMalformed(random);
  const [middle, worst] = [malformed.totalMs.at(MALFORMED / 2) ?? 0, malformed.totalMs.at(-1) ?? 0];
  return {
    title: `evaluate: ${RULES.length} rules x ${formatNumber(MESSAGES)} messages, one core, seed ${seed}`,
    rows: [
      ['evaluations per second, headers alone', formatNumber(perSecond), `>= ${formatNumber(PER_SECOND_MIN)}`],
      ['the same, and a rule that reads 4 KB of text', formatNumber(withBody), ''],
      ['headers alone, and every reason told', formatNumber(told), ''],
      ['messages that some rule matches', `${formatNumber((100 * matched) / MESSAGES)} %`, ''],
      [`malformed, ms to read and to put to ${everyRule.length} rules: median`, formatNumber(middle, 1), ''],
      ['malformed: worst', `${formatNumber(worst, 1)} (${malformed.worstKind})`, ''],
      ['malformed: worst evaluation alone', formatNumber(malformed.evaluateWorstMs, 1), ''],
    ],
    notes: [
      'Facts are made once and evaluated anew each time: folding and reading addresses is part of what is measured.',
    ],
    json: {
      evaluations_per_s: Math.round(perSecond),
      evaluations_with_body_per_s: Math.round(withBody),
      evaluations_told_per_s: Math.round(told),
      malformed_messages: MALFORMED,
      malformed_ms_median: Number(middle.toFixed(2)),
      malformed_ms_worst: Number(worst.toFixed(2)),
      malformed_evaluate_ms_worst: Number(malformed.evaluateWorstMs.toFixed(2)),
      seed,
    },
    failures: [
      ...(perSecond < PER_SECOND_MIN ? [`${formatNumber(perSecond)} evaluations a second`] : []),
      ...(matched < MESSAGES / 10 || matched > (9 * MESSAGES) / 10
        ? ['the rules match nearly nothing, or nearly everything']
        : []),
    ],
  };
};

const evaluationsPerSecond = (
  rules: readonly Rule[],
  mail: readonly MessageFacts[],
  also: (decision: Decision) => void = () => undefined,
): number => {
  const decide = compileRules(rules, everyContext);
  const round = () => {
    for (const facts of mail) also(decide(facts));
  };
  round();
  const from = process.cpuUsage();
  let rounds = 0;
  let seconds = 0;
  while (seconds < SECONDS) {
    round();
    rounds += 1;
    const { user, system } = process.cpuUsage(from);
    seconds = (user + system) / 1_000_000;
  }
  return (rounds * rules.length * mail.length) / seconds;
};

const matchesIn = (rules: readonly Rule[], mail: readonly MessageFacts[]): number => {
  const decide = compileRules(rules, everyContext);
  return mail.filter((facts) => decide(facts).matched.length > 0).length;
};

const SUBJECTS = [
  'Invoice 42',
  'Re: lunch',
  '[alert] disk full',
  'Build 1234 failed',
  'Grüße aus Köln',
  'Weekly report',
  'Urgent: sign here',
  'Hello',
  'Re: Re: notes',
  '東京の件',
];
const SENDERS = [
  'Ann <ann@example.com>',
  '"Müller, Anna" <anna@xn--bcher-kva.example>',
  'billing@shop.example',
  'News <news@list.example>',
  'CI <no-reply@build.example>',
  'Bob Example <bob@example.net>',
];
const RECIPIENTS = [
  'me@example.org',
  'team@example.com',
  'me@example.org, Bob <bob@example.net>',
  'undisclosed-recipients:;',
];

const drawMail = (n: number, random: () => number): MessageFacts => {
  const pick = (all: readonly string[]) => all[Math.floor(random() * all.length)] ?? '';
  const isList = random() < 0.1;
  return {
    mailbox: 'INBOX',
    uid: n + 1,
    keywords: random() < 0.3 ? ['$seen'] : [],
    size: Math.floor(random() * 100_000),
    receivedAt: Date.UTC(2025, 0, 1) + n * 60_000,
    headers: [
      ['from', pick(SENDERS)],
      ['to', pick(RECIPIENTS)],
      ['subject', `${pick(SUBJECTS)} ${n}`],
      ['message-id', `<${n}@example.com>`],
      ...(random() < 0.3 ? [['in-reply-to', `<${n - 1}@example.com>`] as const] : []),
      ...(isList
        ? [['list-id', 'Talk <talk.example.org>'] as const, ['list-unsubscribe', '<mailto:u@list.example>'] as const]
        : []),
    ],
    bodyText: `${'Lorem ipsum dolor sit amet, consectetur adipiscing elit. '.repeat(70)}${n}`,
    parts: [{ type: 'text/plain' }],
  };
};

const measureMalformed = async (random: () => number) => {
  const decide = compileRules(everyRule, everyContext);
  const totalMs: number[] = [];
  let worstKind = '';
  let worstMs = 0;
  let evaluateWorstMs = 0;
  for (let n = 0; n < MALFORMED; n += 1) {
    const { kind, raw, structure } = malformedMail(n < 2 * MALFORMED_KINDS ? n % MALFORMED_KINDS : n, random);
    const from = performance.now();
    const facts = {
      mailbox: 'INBOX',
      uid: n + 1,
      keywords: [],
      size: raw.length,
      receivedAt: Date.UTC(2025, 0, 1),
      headers: parseHeaders(raw),
      bodyText: await parseBodyText(raw),
      parts: partsOf(structure),
    };
    const evaluating = performance.now();
    decide(facts);
    const done = performance.now();
    if (done - from > worstMs) [worstMs, worstKind] = [done - from, kind];
    evaluateWorstMs = Math.max(evaluateWorstMs, done - evaluating);
    totalMs.push(done - from);
  }
  return { totalMs: totalMs.toSorted((a, b) => a - b), worstKind, evaluateWorstMs };
};
