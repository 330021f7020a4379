import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import addressparser from 'nodemailer/lib/addressparser';
import { formatAddresses, parseAddresses } from '../../shared/mail/addresses.ts';

const LISTS: readonly (readonly [string, ReturnType<typeof parseAddresses>])[] = [
  ['a@example.com', [{ address: 'a@example.com' }]],
  ['Ann <a@example.com>, b@example.com', [{ name: 'Ann', address: 'a@example.com' }, { address: 'b@example.com' }]],
  ['"Müller, Anna" <a@example.com>', [{ name: 'Müller, Anna', address: 'a@example.com' }]],
  [
    'Team: a@example.com, Bob <b@example.com>;',
    [{ address: 'a@example.com' }, { name: 'Bob', address: 'b@example.com' }],
  ],
  ['undisclosed-recipients:;', []],
  ['somebody', [{ name: 'somebody', address: '' }]],
  ['', []],
];

for (const [value, people] of LISTS) {
  test(`${JSON.stringify(value)} names ${people.length}`, () => assert.deepEqual(parseAddresses(value), people));
}

test('names survive being written and read again, whatever they hold', () => {
  const name = fc
    .string({ unit: fc.constantFrom('a', 'é', ' ', ',', '"', '\\', '<', '>', '@', '(', ')', ':', ';') })
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '');
  const people = fc.array(fc.record({ name, address: fc.constantFrom('a@example.com', 'b@example.org') }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(people, (list) => {
      const read = parseAddresses(formatAddresses(list));
      assert.deepEqual(
        read.map(({ address }) => address),
        list.map(({ address }) => address),
      );
      for (const [index, person] of list.entries()) assert.equal(read[index]?.name, person.name);
    }),
  );
});

test('plain lists are read as the grammar reads them', () => {
  const unit = fc.constantFrom(
    ...[
      'a@b.c',
      'Ann',
      'Bob ',
      '<x@y.example>',
      ' <u.v@w-x.example>',
      '"Q R"',
      '"',
      ', ',
      ',',
      ';',
      ' ',
      ':',
      '(c)',
      'ü',
      '@',
      '.',
      "'",
      '[',
      '\t',
    ],
    ...[
      '"Müller, Anna" <anna@example.com>',
      'Bob Example <bob@example.net>',
      '东京 <t@example.jp>',
      "O'Neil <o@example.ie>",
      '=?utf-8?Q?a?=',
      'undisclosed-recipients:;',
      'Undisclosed recipients',
      '"Q, R" <q@r.example>',
      '"Q ,R,"',
      '",',
    ],
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 6 }), (units) => {
      const value = units.join('');
      const expected = addressparser(value, { flatten: true })
        .filter(({ name, address }) => name !== '' || address !== '')
        .map(({ name, address }) => (name === '' ? { address } : { name, address }));
      assert.deepEqual(parseAddresses(value), expected);
    }),
    { numRuns: 20_000 },
  );
});
