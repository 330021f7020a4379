import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { MailyardError } from '../../shared/errors.ts';
import { parseRule, ruleInputSchema } from '../../shared/rules/rule.ts';

const RULE = { name: 'Bills', conditions: { from: 'shop@example.com' }, actions: [{ type: 'flag' }] };

const fieldsOf = (input: unknown) => {
  try {
    parseRule(input);
  } catch (error) {
    assert.ok(error instanceof MailyardError);
    assert.equal(error.code, 'validation.failed');
    assert.ok(error.fields.length > 0);
    return error.fields;
  }
  throw new assert.AssertionError({ message: `accepted ${JSON.stringify(input)}` });
};

const nested = (depth: number): unknown => {
  let filter: unknown = { from: 'x' };
  for (let i = 0; i < depth; i += 1) filter = { operator: 'NOT', conditions: [filter] };
  return filter;
};

test('the least rule gets its defaults', () => {
  assert.deepEqual(parseRule(RULE), {
    ...RULE,
    mode: 'live',
    sequence: 100,
    mailboxes: [{ role: 'inbox' }],
    trigger: { type: 'arrived' },
    stopProcessingRules: false,
  });
});

test('a full rule is kept as it was written, keywords in lower case', () => {
  const full = {
    name: 'Bills',
    description: 'All that must be paid',
    mode: 'shadow',
    sequence: 7,
    accountIds: ['a1'],
    mailboxes: [{ path: 'INBOX' }, { role: 'junk' }],
    trigger: { type: 'arrived' },
    conditions: {
      operator: 'AND',
      conditions: [
        { from: 'a', notKeyword: '$Seen' },
        { operator: 'NOT', conditions: [{ cc: 'b' }] },
      ],
    },
    actions: [
      { type: 'addKeywords', keywords: ['Work'] },
      { type: 'move', mailbox: { path: 'Bills' }, create: true },
      { type: 'stop' },
    ],
    stopProcessingRules: true,
  };
  const parsed = parseRule(full);
  assert.deepEqual(parsed.conditions, {
    operator: 'AND',
    conditions: [
      { from: 'a', notKeyword: '$seen' },
      { operator: 'NOT', conditions: [{ cc: 'b' }] },
    ],
  });
  assert.deepEqual(parsed.actions[0], { type: 'addKeywords', keywords: ['work'] });
  assert.deepEqual(parseRule(parsed), parsed);
});

const BAD: readonly (readonly [what: string, input: unknown, pointer: string, detail: RegExp])[] = [
  ['nothing', undefined, '', /object/],
  ['a list', [], '', /object/],
  ['no name', { ...RULE, name: undefined }, '/name', /text/],
  ['an empty name', { ...RULE, name: ' ' }, '/name', /empty/],
  ['a long name', { ...RULE, name: 'x'.repeat(201) }, '/name', /200/],
  ['a lone surrogate', { ...RULE, name: '\udfff' }, '/name', /Unicode/],
  ['an unknown field', { ...RULE, enabled: true }, '/enabled', /not known here; known are name, /],
  ['an unknown field with a slash', { ...RULE, 'a/b~c': true }, '/a~1b~0c', /known/],
  ['an unknown mode', { ...RULE, mode: 'on' }, '/mode', /off, shadow, live/],
  ['a broken sequence', { ...RULE, sequence: 1.5 }, '/sequence', /whole/],
  ['a negative sequence', { ...RULE, sequence: -1 }, '/sequence', /negative/],
  ['a huge sequence', { ...RULE, sequence: 1_000_001 }, '/sequence', /1000000/],
  ['no accounts', { ...RULE, accountIds: [] }, '/accountIds', /leave it out/],
  ['no mailboxes', { ...RULE, mailboxes: [] }, '/mailboxes', /leave it out/],
  ['a bad mailbox', { ...RULE, mailboxes: [{ role: 'inbox' }, { path: 'a\u0007' }] }, '/mailboxes/1/path', /control/],
  ['another trigger', { ...RULE, trigger: { type: 'expunged' } }, '/trigger/type', /arrived/],
  ['a trigger with more', { ...RULE, trigger: { type: 'arrived', days: 3 } }, '/trigger/days', /known are type/],
  ['no conditions', { ...RULE, conditions: undefined }, '/conditions', /object/],
  ['an unknown condition', { ...RULE, conditions: { form: 'x' } }, '/conditions/form', /known are .*from/],
  ['conditions in a list', { ...RULE, conditions: [{ from: 'x' }] }, '/conditions', /object with .*from/],
  [
    'an unknown operator',
    { ...RULE, conditions: { operator: 'XOR', conditions: [{ from: 'x' }] } },
    '/conditions/operator',
    /AND, OR, NOT/,
  ],
  [
    'an operator without conditions',
    { ...RULE, conditions: { operator: 'OR', conditions: [{ from: 'x' }, { operator: 'NOT', conditions: [] }] } },
    '/conditions/conditions/1/conditions',
    /at least one/,
  ],
  [
    'an operator with a condition beside it',
    { ...RULE, conditions: { operator: 'OR', conditions: [{ from: 'x' }], from: 'y' } },
    '/conditions/from',
    /known are operator, conditions/,
  ],
  [
    'a bad condition deep inside',
    { ...RULE, conditions: { operator: 'OR', conditions: [{ operator: 'AND', conditions: [{ from: 1 }] }] } },
    '/conditions/conditions/0/conditions/0/from',
    /text/,
  ],
  ['no action', { ...RULE, actions: [] }, '/actions', /at least one action/],
  ['actions left out', { ...RULE, actions: undefined }, '/actions', /actions/],
  ['an unknown action', { ...RULE, actions: [{ type: 'forward' }] }, '/actions/0/type', /one of move, /],
  ['an action that is a word', { ...RULE, actions: ['flag'] }, '/actions/0', /type/],
  ['too many actions', { ...RULE, actions: Array(21).fill({ type: 'flag' }) }, '/actions', /20/],
  [
    'an unknown placeholder',
    { ...RULE, actions: [{ type: 'createDraft', text: '{{x}}' }] },
    '/actions/0/text',
    /known are \{\{sender\.name/,
  ],
  ['read and unread', { ...RULE, actions: [{ type: 'markSeen' }, { type: 'markUnseen' }] }, '/actions/1', /\$seen/],
  ['flagged and not', { ...RULE, actions: [{ type: 'unflag' }, { type: 'flag' }] }, '/actions/1', /\$flagged/],
  [
    'a keyword added and removed',
    {
      ...RULE,
      actions: [
        { type: 'addKeywords', keywords: ['Work'] },
        { type: 'removeKeywords', keywords: ['work'] },
      ],
    },
    '/actions/1',
    /\bwork\b/,
  ],
  [
    'two moves',
    {
      ...RULE,
      actions: [{ type: 'move', mailbox: { path: 'A' } }, { type: 'flag' }, { type: 'move', mailbox: { path: 'B' } }],
    },
    '/actions/2',
    /actions\/0/,
  ],
  [
    '101 conditions',
    { ...RULE, conditions: { operator: 'OR', conditions: Array(101).fill({ from: 'x' }) } },
    '/conditions',
    /100/,
  ],
  ['nine levels', { ...RULE, conditions: nested(9) }, '/conditions', /8/],
  ['a hostile depth', { ...RULE, conditions: nested(100_000) }, '/conditions', /deep/],
  ['a hostile depth elsewhere', { ...RULE, name: nested(100_000) }, '/name', /deep/],
  ['a rule too large', { ...RULE, description: 'ä'.repeat(9_000) }, '', /16384 bytes/],
  ['very many values', { ...RULE, accountIds: Array(20_000).fill(1) }, '', /16384 bytes/],
  ['a number that is not JSON', { ...RULE, sequence: 1n }, '', /JSON/],
];

for (const [what, input, pointer, detail] of BAD) {
  test(`${what} is refused at '${pointer}' with the way out`, () => {
    const problem = fieldsOf(input).find((field) => field.pointer === pointer);
    assert.match(problem?.detail ?? '', detail);
  });
}

test('a rule that holds itself is refused as too deep', () => {
  const loop: Record<string, unknown> = { operator: 'AND' };
  loop['conditions'] = [loop];
  assert.match(fieldsOf({ ...RULE, conditions: loop })[0]?.detail ?? '', /deep/);
});

test('names that objects inherit are unknown fields like any other', () => {
  const input = JSON.parse(
    '{"name":"x","conditions":{"constructor":"x","__proto__":{"from":"y"}},"actions":[{"type":"flag"}]}',
  );
  assert.ok(fieldsOf(input).some(({ pointer }) => pointer === '/conditions/constructor'));
});

test('eight levels and a hundred conditions are taken', () => {
  parseRule({ ...RULE, conditions: nested(8) });
  parseRule({ ...RULE, conditions: { operator: 'OR', conditions: Array(100).fill({ from: 'x' }) } });
});

test('the schema can be written as JSON Schema, for the API description', () => {
  const schema = z.toJSONSchema(ruleInputSchema, { io: 'input' });
  assert.deepEqual(schema.required, ['name', 'conditions', 'actions']);
});
