import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileGlob } from '../../shared/rules/glob.ts';

const CASES: readonly (readonly [pattern: string, text: string, fits: boolean])[] = [
  ['a*c', 'abbc', true],
  ['a*c', 'abbcd', false],
  ['a?c', 'a😀c', true],
  ['a?c', 'ac', false],
  ['*', '', true],
  ['?', '', false],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['\\\\', '\\', true],
  ['*a*a*', 'ba', false],
  ['aa*aa', 'aaa', false],
  ['*?b', 'ab', true],
];
for (const [pattern, text, fits] of CASES) {
  test(`${pattern} ${fits ? 'fits' : 'does not fit'} ${JSON.stringify(text)}`, () =>
    assert.equal(compileGlob(pattern)(text), fits));
}

test('it says what the regular expression of the same meaning says', () => {
  const unit = fc.constantFrom('a', 'b', '*', '?', '😀', '.', '\\a', '\\*', '\\?');
  fc.assert(
    fc.property(
      fc.array(unit, { maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '😀', '.'), maxLength: 8 }),
      (units, text) => {
        const regex = units.map((one) =>
          one === '*' ? '.*' : one === '?' ? '.' : `\\u{${one.replace('\\', '').codePointAt(0)?.toString(16)}}`,
        );
        assert.equal(compileGlob(units.join(''))(text), new RegExp(`^(?:${regex.join('')})$`, 'su').test(text));
      },
    ),
    { numRuns: 2_000 },
  );
});
