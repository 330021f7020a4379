import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsOf } from '../../shared/rules/needs.ts';
import { sampleRule } from './samples.ts';

test('no rule needs nothing', () => {
  assert.deepEqual(needsOf([]), { headers: 'none', body: false, structure: false });
  assert.deepEqual(needsOf([sampleRule({ mode: 'off', conditions: { body: 'x' } })]).headers, 'none');
});

test('a rule on flags and sizes needs the message-id alone', () => {
  assert.deepEqual(
    needsOf([sampleRule({ conditions: { hasKeyword: 'a', minSize: 1, inMailbox: { role: 'inbox' } } })]),
    {
      headers: ['message-id'],
      body: false,
      structure: false,
    },
  );
});

test('header names are sorted, in lower case and named once, however deep the condition', () => {
  const deep = {
    operator: 'NOT',
    conditions: [{ operator: 'OR', conditions: [{ header: ['X-Spam'], subject: 'a' }, { subject: 'b' }] }],
  };
  assert.deepEqual(
    needsOf([sampleRule({ conditions: deep }), sampleRule({ conditions: { from: 'x' } }, 'r2')]).headers,
    ['from', 'message-id', 'subject', 'x-spam'],
  );
});

test('the body is needed by a condition on it and by a draft that quotes, the structure by hasAttachment', () => {
  const draft = (quote: boolean) => sampleRule({ actions: [{ type: 'createDraft', text: 'Hi', quote }] });
  assert.equal(needsOf([draft(true)]).body, true);
  assert.equal(needsOf([draft(false)]).body, false);
  assert.equal(needsOf([sampleRule({ conditions: { text: 'x' } })]).body, true);
  assert.equal(needsOf([sampleRule({ conditions: { hasAttachment: false } })]).structure, true);
});

test('a draft needs what a reply is made of and what tells automatic mail', () => {
  const { headers } = needsOf([sampleRule({ actions: [{ type: 'createDraft', text: 'Hi' }] })]);
  for (const name of [
    'from',
    'reply-to',
    'subject',
    'references',
    'in-reply-to',
    'list-id',
    'auto-submitted',
    'return-path',
    'precedence',
  ]) {
    assert.ok(headers.includes(name), name);
  }
});

test('rules of other modes need nothing unless asked for', () => {
  const rules = [sampleRule({ mode: 'shadow', conditions: { body: 'x' } }), sampleRule({}, 'r2')];
  assert.equal(needsOf(rules).body, false);
  assert.equal(needsOf(rules, ['live', 'shadow']).body, true);
});
