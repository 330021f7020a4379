/** Mail as nobody should send it: bytes and structures of our own making, the same for the same random source. */
import type { StructureNode } from '../../shared/mail/parts.ts';

export type MalformedMail = {
  readonly kind: string;
  readonly raw: Buffer;
  readonly structure: StructureNode | undefined;
};

/** `random` gives numbers from 0 to below 1. The first of each kind are as large as they come, the others a tenth of it. */
export const malformedMail = (n: number, random: () => number): MalformedMail => {
  const kinds = Object.entries(KINDS);
  const [kind, make] = kinds[n % kinds.length] as [string, Make];
  const made = make({
    random,
    many: (count) => (n < kinds.length ? count : Math.ceil(count / 10)),
    upTo: (max) => Math.floor(random() * max),
    pick: (all) => all[Math.floor(random() * all.length)] as never,
  });
  const { headers, body = 'x', structure } = made;
  const text = typeof headers === 'string' ? headers : headers.join(pickEnd(random));
  return { kind, raw: Buffer.concat([bytes(text), bytes(pickEnd(random).repeat(2)), bytes(body)]), structure };
};

type Dice = {
  readonly random: () => number;
  /** So many, or a tenth of it. */
  readonly many: (count: number) => number;
  readonly upTo: (max: number) => number;
  readonly pick: <T>(all: readonly T[]) => T;
};
type Make = (dice: Dice) => {
  readonly headers: string | readonly string[];
  readonly body?: string;
  readonly structure?: StructureNode;
};

const bytes = (text: string): Buffer => Buffer.from(text, /[^\p{ASCII}\u0080-\u00ff]/u.test(text) ? 'utf8' : 'latin1');
const pickEnd = (random: () => number): string => ['\r\n', '\n', '\r\n', '\n\r'][Math.floor(random() * 4)] ?? '\n';

const NAMES = [
  ...[
    'From',
    'To',
    'Cc',
    'Bcc',
    'Subject',
    'List-Id',
    'Delivered-To',
    'Reply-To',
    'Sender',
    'References',
    'In-Reply-To',
  ],
  ...[
    'Authentication-Results',
    'Importance',
    'X-Priority',
    'Sensitivity',
    'X-Message-Flag',
    'Precedence',
    'Auto-Submitted',
  ],
];
const SHARDS = [
  ...['"', '\\', '(', ')', '<', '>', '@', ',', ';', ':', '=?utf-8?Q?', '?=', '=?utf-8?B?4pi6?=', '=?x-none?q?=FF=FE?='],
  ...[
    '\u0000',
    '\u0007',
    '\ufffd',
    '\u202e',
    '\ufdfa',
    '\u0130',
    'ß',
    'ﬁ',
    '４２',
    '\ud83d\ude00',
    'a',
    'no-reply@',
    'xn--',
    '{{subject}}',
  ],
  ...[
    '=00',
    '%',
    '*',
    '/',
    '..',
    '\t',
    ' ',
    '\r\n ',
    '\n\t',
    '\u2028',
    '<a@b>',
    'dmarc=pass',
    'spf',
    '=',
    '-',
    '+x@',
    'bücher.example',
  ],
];
const shards = ({ pick, upTo }: Dice, max: number): string =>
  Array.from({ length: upTo(max) }, () => pick(SHARDS)).join('');
const field = (dice: Dice, max: number): string => `${dice.pick(NAMES)}: ${shards(dice, max)}`;

const deep = (depth: number): StructureNode => {
  let node: StructureNode = { type: 'text/plain' };
  for (let i = 0; i < depth; i += 1) node = { type: 'multipart/mixed', childNodes: [node] };
  return node;
};

const KINDS: Readonly<Record<string, Make>> = {
  'shards of syntax in every header': (dice) => ({ headers: Array.from({ length: 40 }, () => field(dice, 60)) }),
  'no header at all': (dice) => ({ headers: '', body: shards(dice, 500) }),
  'lines that are no fields': (dice) => ({ headers: Array.from({ length: 200 }, () => shards(dice, 20)) }),
  'one field of a megabyte': ({ pick, many }) => ({ headers: [`${pick(NAMES)}: ${'a '.repeat(many(500_000))}`] }),
  'a hundred thousand fields': ({ many }) => ({ headers: 'A: b\n'.repeat(many(100_000)) }),
  'ten thousand addresses': ({ upTo, many }) => ({
    headers: [
      `To: ${Array.from({ length: many(10_000) }, (_, n) => `u${n + upTo(9)} <u${n}@x${n}.example>`).join(', ')}`,
    ],
  }),
  'quotes and comments that never close': ({ pick, many }) => ({
    headers: NAMES.map((name) => `${name}: ${pick(['"', '(', '<', '(((', '"\\'])}${'(a"'.repeat(many(3_000))}`),
  }),
  'comments ten thousand deep': ({ many }) => ({
    headers: ['From', 'Authentication-Results'].map(
      (name) => `${name}: ${'('.repeat(many(10_000))}a${')'.repeat(many(10_000))}`,
    ),
  }),
  'encoded words without end': ({ pick }) => ({
    headers: NAMES.map(
      (name) => `${name}: ${pick(['=?utf-8?B?', '=?utf-8?Q?=', '=?utf-7?Q?', '=?iso-2022-jp?B?GyRC']).repeat(800)}`,
    ),
  }),
  'encoded words cut in the middle of characters': () => ({
    headers: NAMES.map((name) => `${name}: ${'=?utf-8?Q?=F0=9F?= =?utf-8?Q?=98=80?= '.repeat(300)}`),
  }),
  'text that grows when it is folded': ({ many }) => ({
    headers: [`Subject: ${'\ufdfa'.repeat(many(20_000))}`],
    body: '\ufdfa'.repeat(many(30_000)),
  }),
  'bytes drawn by chance': ({ random, many }) => ({
    headers: Array.from({ length: many(4_000) }, () => String.fromCharCode(Math.floor(random() * 256))).join(''),
    body: Array.from({ length: many(4_000) }, () => String.fromCharCode(Math.floor(random() * 256))).join(''),
  }),
  'no-reply without an at sign': ({ many }) => ({
    headers: [`From: ${'no-reply-'.repeat(many(7_000))}`, `Reply-To: ${'no-reply-'.repeat(30)}@x`],
  }),
  'a million of one letter': ({ pick, many }) => ({
    headers: ['From: a@b', `Subject: ${'a'.repeat(many(60_000))}`],
    body: pick(['a', 'aa ', '=3D']).repeat(many(300_000)),
  }),
  'parts ten thousand deep': ({ many }) => ({
    headers: ['Content-Type: multipart/mixed; boundary=b'],
    body: '--b\nContent-Type: multipart/mixed; boundary=b\n\n'.repeat(many(10_000)),
    structure: deep(many(10_000)),
  }),
  'a hundred thousand parts': ({ pick, many }) => ({
    headers: ['Content-Type: multipart/mixed; boundary=b'],
    body: '--b\n\nx\n'.repeat(many(20_000)),
    structure: {
      type: 'multipart/mixed',
      childNodes: Array.from({ length: many(100_000) }, () => ({ type: pick(['a/b', 'text/calendar']) })),
    },
  }),
  'a structure of the wrong kinds': (dice) => ({
    headers: ['Content-Type: ;;;=;'],
    structure: {
      type: 7 as never,
      parameters: { method: ['x'], name: 3 },
      disposition: {} as never,
      dispositionParameters: { filename: shards(dice, dice.many(5_000)) },
      childNodes: 'none' as never,
    },
  }),
  'HTML ten thousand deep': ({ many }) => ({
    headers: ['Content-Type: text/html'],
    body: `${'<div><b>'.repeat(many(10_000))}x<style>${'&#x41;'.repeat(many(1_000))}`,
  }),
  'transfer encodings that lie': ({ pick, many }) => ({
    headers: [
      'Content-Type: text/plain; charset=utf-16',
      `Content-Transfer-Encoding: ${pick(['base64', 'quoted-printable', 'x-none', '8bit'])}`,
    ],
    body: '=\n=Z=3 AAA='.repeat(many(5_000)),
  }),
  'references without end': ({ many }) => ({
    headers: [
      `References: ${'<a@b>'.repeat(many(12_000))}`,
      `Message-ID: ${'<'.repeat(many(60_000))}`,
      'From: x@y.example',
    ],
  }),
};

export const MALFORMED_KINDS = Object.keys(KINDS).length;
