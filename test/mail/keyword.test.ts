import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMailyardError } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { flagOf, isKeyword, keywordOf, keywordsOf, parseKeyword } from '../../shared/mail/keyword.ts';

const FLAGS: readonly (readonly [flag: string, keyword: string | undefined])[] = [
  ['\\Seen', '$seen'],
  ['\\SEEN', '$seen'],
  ['\\Answered', '$answered'],
  ['\\Flagged', '$flagged'],
  ['\\Draft', '$draft'],
  ['\\Deleted', '$deleted'],
  ['\\Recent', undefined],
  ['\\*', undefined],
  ['$Forwarded', '$forwarded'],
  ['NonJunk', 'nonjunk'],
];

for (const [flag, keyword] of FLAGS) {
  test(`${flag} is ${keyword ?? 'not kept'}`, () => assert.equal(keywordOf(flag), keyword));
}

test('a list of flags gives its keywords sorted and once', () => {
  assert.deepEqual(keywordsOf(['\\Seen', 'Work', '\\Recent', 'work', '\\Answered']), ['$answered', '$seen', 'work']);
});

test('the flag sent for a keyword comes back as that keyword', () => {
  const keyword = fc.oneof(
    fc.constantFrom('$seen', '$answered', '$flagged', '$draft', '$deleted'),
    fc.string({ minLength: 1, maxLength: 20 }).filter(isKeyword).map(parseKeyword),
  );
  fc.assert(fc.property(keyword, (one) => assert.equal(keywordOf(flagOf(one)), one)));
});

test('a keyword is an IMAP atom: nothing in it can end or split a command', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 10 }), (text) => {
      if (isKeyword(text)) assert.match(text, /^[^\p{Cc} (){%*"\\\]\u0080-\u{10ffff}]+$/u);
    }),
  );
});

for (const text of [
  '',
  'a b',
  'a\r\nb',
  '\\Seen',
  'a(b',
  '*',
  'a%',
  'a]',
  '"a"',
  'ä',
  'x'.repeat(LIMITS.keywordCharsMax + 1),
]) {
  test(`${JSON.stringify(text.slice(0, 20))} is no keyword`, () => {
    assert.throws(
      () => parseKeyword(text),
      (error) => isMailyardError(error, 'keyword.invalid'),
    );
  });
}
