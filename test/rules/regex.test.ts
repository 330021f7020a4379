/** Expressions made to take for ever are refused when they are saved, or stay within program size x text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RE2JS } from 're2js';
import { isMailyardError } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { compileRegex, regexProblem } from '../../shared/rules/regex.ts';
import { parseRule } from '../../shared/rules/rule.ts';
import { hostileRegexes } from '../support/hostile-regexes.ts';

const save = (regex: string) => parseRule({ name: 'x', conditions: { body: { regex } }, actions: [{ type: 'flag' }] });

test('there are 200 of them, all different', () => assert.equal(new Set(hostileRegexes).size, 200));

test('each is refused with a pointer, or its program is within the bound', () => {
  const refused = hostileRegexes.filter((regex) => {
    try {
      save(regex);
      assert.ok(RE2JS.compile(regex).programSize() <= LIMITS.regexProgramSizeMax, regex);
      return false;
    } catch (error) {
      assert.ok(isMailyardError(error, 'validation.failed'), regex);
      assert.equal(error.fields[0]?.pointer, '/conditions/body/regex', regex);
      return true;
    }
  });
  // Both ways are taken, or this shows nothing.
  assert.ok(refused.length >= 50 && refused.length <= 150, `${refused.length} are refused`);
});

test('those that are kept read 64 KB and no more', () => {
  const text = `${'a'.repeat(LIMITS.matchedTextCharsMax - 2)}!b`;
  assert.equal(compileRegex('b$')(text), true);
  assert.equal(compileRegex('c$')(`${text}c`), false);
  const kept = hostileRegexes.filter((regex) => regexProblem(regex) === undefined);
  for (const regex of kept.slice(0, 20)) assert.equal(typeof compileRegex(regex)(text), 'boolean');
});

test('an expression that came past the checks finds nothing instead of throwing', () => {
  assert.equal(compileRegex('(')('('), false);
  assert.equal(compileRegex('a{900}')('a'.repeat(1_000)), false);
});

for (const [pattern, text, finds] of [
  ['invoice', 'INVOICE', true],
  ['(?-i)invoice', 'INVOICE', false],
  ['^b', 'a\nb', true],
  ['^a.b$', 'a\nb', false],
  ['\\p{Han}', '東', true],
  ['[0-9]{3}', '12', false],
] as const) {
  test(`${pattern} finds ${finds ? 'something' : 'nothing'} in ${JSON.stringify(text)}`, () =>
    assert.equal(compileRegex(pattern)(text), finds));
}

test('eleven expressions in a rule are one too many, wherever they stand', () => {
  const rule = (count: number) => ({
    name: 'x',
    conditions: {
      subject: { regex: Array.from({ length: count - 2 }, (_, n) => `a${n}`) },
      header: ['X-A', { regex: 'b' }],
    },
    exceptions: { body: { regex: 'c' } },
    actions: [{ type: 'flag' }],
  });
  assert.ok(parseRule(rule(10)));
  assert.throws(
    () => parseRule(rule(11)),
    (error) => isMailyardError(error, 'validation.failed') && error.fields[0]?.pointer === '/exceptions/body',
  );
});
