/** The examples in the docs are rules that can be saved. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { ACTION_KINDS } from '../shared/rules/actions.ts';
import { CONDITION_KINDS } from '../shared/rules/conditions.ts';
import { parseRule } from '../shared/rules/rule.ts';
import { FULL_SUPPORT, SUPPORT } from '../shared/rules/support.ts';
import { TRIGGER_TYPES } from '../shared/rules/trigger.ts';

const text = readFileSync(new URL('../docs/rules.md', import.meta.url), 'utf8');
const examples = [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) => json);

describe('docs/rules.yaml', () => {
  it('holds rules that can be saved, and is what the README applies', () => {
    const { rules } = parse(readFileSync(new URL('../docs/rules.yaml', import.meta.url), 'utf8')) as {
      rules: object[];
    };
    const names = rules.map((rule) => parseRule(rule, { support: FULL_SUPPORT }).name);
    assert.deepEqual(names, ['Invoices', 'Newsletters']);
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const files = [...readme.matchAll(/rules (?:apply|preview) -f (\S+)/g)].map(([, file]) => file);
    assert.deepEqual(new Set(files), new Set(['docs/rules.yaml']));
  });
});

describe('docs/rules.md', () => {
  it('has examples', () => {
    assert.ok(examples.length >= 4);
  });

  for (const [n, example] of examples.entries()) {
    it(`example ${n + 1} is a rule`, () => {
      assert.ok(parseRule(JSON.parse(example), { support: FULL_SUPPORT, mayDestroy: true }).name.length > 0);
    });
  }

  it('names every condition and every action', () => {
    for (const name of [...CONDITION_KINDS.keys(), ...ACTION_KINDS.keys()]) {
      assert.ok(text.includes(`\`${name}\``), `${name} is not told of`);
    }
  });

  it('marks what is not carried out yet, and nothing else', () => {
    const marked = [...text.matchAll(/^\| (`\w+`)\*? \|/gm)].filter(([row]) => row.includes('*'));
    const missing = [
      ...TRIGGER_TYPES.filter((type) => !SUPPORT.triggers.has(type)),
      ...[...SUPPORT.missingConditions].flatMap(([name, missing]) =>
        missing({ authservId: '' }) === undefined ? [] : [name],
      ),
      ...SUPPORT.missingActions,
    ];
    assert.deepEqual(marked.map(([, name = '']) => name.slice(1, -1)).sort(), missing.sort());
  });

  it('shows every condition and every action in an example', () => {
    const shown = examples.join('\n');
    const names = [...CONDITION_KINDS.keys(), ...ACTION_KINDS.keys()];
    assert.deepEqual(
      names.filter((name) => !shown.includes(`"${name}"`)),
      [],
    );
  });
});
