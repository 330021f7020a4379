import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fillTemplate, PLACEHOLDERS, unknownPlaceholders } from '../../shared/rules/template.ts';

const VALUES = {
  'sender.name': 'Ann',
  'sender.address': 'ann@example.com',
  subject: '{{account.address}} $& $1',
  date: '2025-03-01',
  'account.address': 'me@example.org',
};

test('placeholders are replaced, with or without spaces, as often as they stand', () => {
  assert.equal(fillTemplate('Dear {{sender.name}}, {{ sender.name }}!', VALUES), 'Dear Ann, Ann!');
});

test('what a value holds is never read as a template or a pattern', () => {
  assert.equal(fillTemplate('[{{subject}}]', VALUES), '[{{account.address}} $& $1]');
});

test('names that objects inherit are unknown and stay as they are written', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'sender', '', 'subject.length']) {
    assert.deepEqual(unknownPlaceholders(`a {{${name}}} b`), [name]);
    assert.equal(fillTemplate(`a {{${name}}} b`, VALUES), `a {{${name}}} b`);
  }
});

test('any text can be filled, and text without braces stays itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', 'a', '.', ...PLACEHOLDERS) }), (template) => {
      const filled = fillTemplate(template, VALUES);
      if (!template.includes('{{')) assert.equal(filled, template);
      if (unknownPlaceholders(template).length === 0 && !/[{}]{2}/.test(template)) assert.equal(filled, template);
    }),
  );
});
