import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold, quoted } from '../../shared/rules/fold.ts';

const SAME: readonly (readonly [string, string])[] = [
  ['HELLO', 'hello'],
  ['MÜLLER', 'müller'],
  ['mu\u0308ller', 'müller'],
  ['ｆｕｌｌ', 'full'],
  ['ﬁn', 'fin'],
  ['ΟΔΟΣ', 'οδοσ'],
  ['a\r\n\tb  c', 'a b c'],
  ['a\u00a0b', 'a b'],
  ['ẞ', 'ß'],
];

for (const [one, other] of SAME) {
  test(`${JSON.stringify(one)} and ${JSON.stringify(other)} count as the same`, () =>
    assert.equal(fold(one), fold(other)));
}

test('ß is not ss', () => assert.notEqual(fold('Straße'), fold('Strasse')));

test('a long value is quoted in part', () => assert.equal(quoted('x'.repeat(200)), `"${'x'.repeat(79)}…"`));
