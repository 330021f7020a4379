import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMailyardError } from '../../../shared/errors.ts';
import { lines, plain, readInPieces } from './reading.ts';

type Row = { readonly uid: number; readonly flags: readonly string[] };

const flag = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('\\Seen', '\\flagged', '\\Answered', '$Junk', '\\Recent') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('k]w', '[Gmail]/x', '{5}', 'größe', 'UID', 'x'.repeat(300), '[open', '%', '*'),
  },
);
const uid = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0xfffffff0, max: 0xffffffff }));
const row: fc.Arbitrary<Row> = fc.record({ uid, flags: fc.array(flag, { maxLength: 5 }) });

/** How a row may be written: its items in any order and case, others among them, flags in any of three forms. */
const style = fc.record({
  lower: fc.boolean(),
  flagsFirst: fc.boolean(),
  before: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
  between: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
  forms: fc.array(fc.constantFrom('atom', 'atom', 'quoted', 'literal'), { minLength: 5, maxLength: 5 }),
  plain: fc.boolean(),
  junk: fc.integer({ min: 0, max: 12 }),
});

const EXTRA_ITEMS = [
  'MODSEQ (9007199254740993)',
  'RFC822.SIZE 4711',
  'INTERNALDATE "17-Jul-1996 02:44:25 -0700"',
  'X-GM-LABELS ("a)b(" \\Inbox "UID 7 \\"")',
  'BODY[HEADER.FIELDS (UID "FLAGS ]")]<0> {27}\r\n* 9 FETCH (UID 9 FLAGS (x',
  'ENVELOPE (NIL "UID 9 FLAGS (x)" (("n" NIL "l" {3}\r\n)\r\n)) NIL)',
  'EMAILID (M1234)',
];
EXTRA_ITEMS[4] = `BODY[HEADER.FIELDS (UID "FLAGS ]")]<0> {${Buffer.byteLength('* 9 FETCH (UID 9 FLAGS (x))\r\n')}}\r\n* 9 FETCH (UID 9 FLAGS (x))\r\n`;

const JUNK_LINES = ['* OK still here {5}', '* 0 RECENT', '* SEARCH 1 2 3', '+ idling', '* LIST () "/" {5}\r\nUID 7'];

const flagText = (text: string, form: string): string => {
  if (form === 'quoted') return `"${text.replace(/["\\]/g, '\\$&')}"`;
  return form === 'literal' ? `{${Buffer.byteLength(text)}}\r\n${text}` : text;
};

const rowText = (one: Row, how: typeof style extends fc.Arbitrary<infer S> ? S : never, seq: number): string => {
  if (how.plain) return lines(`* ${seq} FETCH (UID ${one.uid} FLAGS (${one.flags.join(' ')}))`);
  const extra = (picked: readonly number[]) => picked.map((i) => EXTRA_ITEMS[i] ?? '');
  const flags = `FLAGS (${one.flags.map((text, i) => flagText(text, how.forms[i] ?? 'atom')).join(' ')})`;
  const [first, second] = how.flagsFirst ? [flags, `UID ${one.uid}`] : [`UID ${one.uid}`, flags];
  const items = [...extra(how.before), first, ...extra(how.between), second];
  const named = how.lower ? items.map((item) => item.replace(/^[A-Z.]+/, (name) => name.toLowerCase())) : items;
  const junk = JUNK_LINES[how.junk];
  return (
    (junk === undefined ? '' : lines(junk)) + lines(`* ${seq} ${how.lower ? 'fetch' : 'FETCH'} (${named.join(' ')})`)
  );
};

const keywordsOfModel = (flags: readonly string[]): string[] => {
  const named = flags.filter((text) => text !== '\\Recent').map((text) => text.replace(/^\\/, '$').toLowerCase());
  return [...new Set(named)].sort();
};

test('whatever way rows are written, and wherever they are cut, they read as what they are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(row, style), { maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 60 }),
      (rows, lengths) => {
        const model = new Map(rows.map(([one]) => [one.uid, keywordsOfModel(one.flags)]));
        const written = rows.map(([one, how], i) => rowText(one, how, i + 1)).join('');
        const answer = `${lines(`* ${model.size} EXISTS`, 'y1 OK done')}${written}${lines('y2 OK done')}`;
        const reading = readInPieces([{ path: 'A' }], Buffer.from(answer), lengths);
        assert.equal(reading.isDone(), true);
        const expected = [...model].sort(([a], [b]) => a - b);
        assert.partialDeepStrictEqual(plain(reading.delivered[0]), { status: 'listed', complete: true });
        assert.deepEqual(Reflect.get(Object(plain(reading.delivered[0])), 'rows'), expected);
      },
    ),
    { numRuns: 400 },
  );
});

/** What is delivered, or the code of what ends it; any other error is thrown on. */
const outcome = (mode: 'fetch' | 'search', answer: Buffer, lengths: readonly number[]): unknown => {
  try {
    return readInPieces([{ path: 'A', mode }], answer, lengths).delivered.map(plain);
  } catch (error) {
    if (!isMailyardError(error)) throw error;
    return error.code;
  }
};

test('bytes that mean nothing end in nothing worse than a folder not listed', () => {
  const noise = fc.array(
    fc.oneof(
      fc.constantFrom(
        '* ',
        '1 FETCH (',
        'UID 3',
        ' FLAGS (',
        ')',
        '"',
        '\\',
        '{3}\r\n',
        '{1}',
        '\r\n',
        '\n',
        'y1 OK\r\n',
        'y2 OK\r\n',
        'y2 NO [',
        '[',
        ']',
        '~',
        '+',
        '\u0000',
        'ß',
        ' EXISTS\r\n',
        'ESEARCH (TAG "y2") UID ALL 1:5',
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(noise, fc.constantFrom('fetch' as const, 'search' as const), (parts, mode) => {
      const answer = Buffer.from(`${parts.join('')}\r\n`);
      const whole = outcome(mode, answer, []);
      const bytewise = outcome(mode, answer, Array(answer.length).fill(1));
      // A searched folder sends more once it is open, so that what comes in one piece comes too early.
      if (mode === 'fetch') assert.deepEqual(bytewise, whole);
    }),
    { numRuns: 500 },
  );
});
