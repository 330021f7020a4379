import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isMailyardError } from '../../shared/errors.ts';
import { exportRules, importRules } from '../../shared/rules/rule-text.ts';
import { FULL_SUPPORT } from '../../shared/rules/support.ts';
import { rulesArbitrary } from './arbitraries.ts';

const OPTIONS = { support: FULL_SUPPORT, mayDestroy: true };

for (const format of ['yaml', 'json'] as const) {
  test(`rules written as ${format} are read back the same`, () => {
    fc.assert(
      fc.property(rulesArbitrary, (rules) => {
        const written = rules.map(({ id: _i, revision: _r, createdAt: _c, updatedAt: _u, ...rule }) => rule);
        const read = importRules(exportRules(rules, format), format, OPTIONS);
        assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(written)));
        assert.equal(exportRules(read, format), exportRules(rules, format));
      }),
    );
  });
}

const TRICKY = [
  'yes',
  'null',
  '1e3',
  '0x10',
  '2025-01-01',
  '- a',
  'a: b',
  '# no',
  "it's",
  '"',
  '\u2028',
  '  lead',
  'tail ',
  '%',
  '@x',
  '&a',
  '*a',
  '!t',
  '\ud83d\ude00',
  'a\nb',
];
test('texts that YAML could take for something else stay texts', () => {
  for (const name of TRICKY) {
    const rule = {
      name: `${name}.`,
      description: name,
      conditions: { subject: `x${name}` },
      actions: [{ type: 'flag' }],
    };
    const [read] = importRules(exportRules([rule as never], 'yaml'), 'yaml');
    assert.deepEqual([read?.name, read?.description, read?.conditions], [rule.name, name, rule.conditions]);
  }
});

test('a rule written by hand', () => {
  const text =
    'rules:\n  - name: Bills\n    conditions:\n      subject: [invoice, Rechnung]\n    actions:\n      - {type: move, mailbox: {path: Bills}, create: true}\n';
  assert.equal(importRules(text, 'yaml')[0]?.name, 'Bills');
});

for (const [what, text, format, pointer] of [
  ['no JSON', '{', 'json', ''],
  ['no YAML', 'a: [', 'yaml', ''],
  ['no list', '{"rules": {}}', 'json', '/rules'],
  ['a list alone', '[]', 'json', '/rules'],
  [
    'a rule that is not right',
    '{"rules": [{"name": "x", "conditions": {}, "actions": [{"type": "fly"}]}]}',
    'json',
    '/rules/0/actions/0/type',
  ],
  ['aliases that multiply', 'a: &a [x,x]\nb: &b [*a,*a]\nrules: [*b,*b]\n', 'yaml', ''],
  ['a hostile depth', '['.repeat(50_000), 'yaml', ''],
  ['too many rules', JSON.stringify({ rules: Array(501).fill({}) }), 'json', '/rules'],
] as const) {
  test(`${what} is refused at '${pointer}'`, () => {
    assert.throws(
      () => importRules(text, format),
      (error) => isMailyardError(error, 'validation.failed') && error.fields[0]?.pointer === pointer,
    );
  });
}
