import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailyardError } from '../../../shared/errors.ts';
import { importGraph } from '../../../shared/rules/import/graph.ts';
import { parseRule } from '../../../shared/rules/rule.ts';
import { FULL_SUPPORT } from '../../../shared/rules/support.ts';

const FOLDERS = new Map([['AQMk1', 'Bills']]);
const one = (rule: object) => importGraph(JSON.stringify({ value: [rule] }), FOLDERS);

test('a rule as Graph lists it', () => {
  const { rules, unmapped } = one({
    id: 'AQAA',
    displayName: 'Partner',
    sequence: 2,
    isEnabled: true,
    hasError: false,
    conditions: {
      senderContains: ['adele'],
      subjectContains: [],
      importance: 'high',
      isSigned: false,
      withinSizeRange: { minimumSize: 1, maximumSize: 2 },
    },
    exceptions: {
      fromAddresses: [{ emailAddress: { name: 'A', address: 'a@example.com' } }],
      recipientContains: ['list'],
    },
    actions: {
      moveToFolder: 'AQMk1',
      markAsRead: true,
      assignCategories: ['Red category'],
      markImportance: 'low',
      stopProcessingRules: true,
    },
  });
  assert.deepEqual(unmapped, []);
  assert.deepEqual(rules, [
    {
      name: 'Partner',
      mode: 'live',
      sequence: 2,
      stopProcessingRules: true,
      conditions: {
        operator: 'AND',
        conditions: [{ from: ['adele'] }, { importance: 'high' }, { minSize: 1_024, maxSize: 2_049 }],
      },
      exceptions: {
        operator: 'OR',
        conditions: [
          { from: { is: ['a@example.com'] } },
          { operator: 'OR', conditions: [{ to: ['list'] }, { cc: ['list'] }] },
        ],
      },
      actions: [
        { type: 'move', mailbox: { path: 'Bills' } },
        { type: 'markSeen' },
        { type: 'addKeywords', keywords: ['Red-category'] },
        { type: 'setImportance', importance: 'low' },
      ],
    },
  ]);
  assert.ok(parseRule(rules[0]));
});

test('every predicate of Graph that we have gives a rule that can be saved', () => {
  const lists = ['bodyContains', 'bodyOrSubjectContains', 'subjectContains', 'senderContains', 'recipientContains'];
  const people = ['fromAddresses', 'sentToAddresses'];
  const flags = [
    'hasAttachments',
    'isAutomaticReply',
    'isEncrypted',
    'isMeetingRequest',
    'isMeetingResponse',
    'isNonDeliveryReport',
  ];
  const more = ['isReadReceipt', 'isSigned', 'sentToMe', 'sentCcMe', 'sentOnlyToMe', 'sentToOrCcMe', 'notSentToMe'];
  const conditions = Object.fromEntries([
    ...lists.map((name) => [name, ['x']]),
    ...people.map((name) => [name, [{ emailAddress: { address: 'a@b.example' } }]]),
    ...[...flags, ...more].map((name) => [name, true]),
    ['sensitivity', 'private'],
    ['messageActionFlag', 'followUp'],
  ]);
  const { rules, unmapped } = one({ displayName: 'all', conditions, actions: { delete: true } });
  assert.deepEqual(unmapped, []);
  assert.deepEqual(parseRule(rules[0], { support: FULL_SUPPORT }).actions, [{ type: 'trash' }]);
});

test('what cannot be said is told, and leaves the rule off', () => {
  const { rules, unmapped } = one({
    displayName: '',
    conditions: { isVoicemail: true, headerContains: ['x'], subjectContains: ['y'] },
    actions: {
      forwardTo: [{}],
      moveToFolder: 'unknown',
      permanentDelete: true,
      assignCategories: ['Größe'],
      copyToFolder: 'AQMk1',
    },
  });
  assert.deepEqual(
    unmapped.map(({ rule, field }) => `${rule} ${field}`),
    [
      '0 conditions.isVoicemail',
      '0 conditions.headerContains',
      '0 actions.forwardTo',
      '0 actions.moveToFolder',
      '0 actions.permanentDelete',
      '0 actions.assignCategories',
    ],
  );
  assert.deepEqual(rules, [
    {
      name: 'Imported 1',
      mode: 'off',
      conditions: { subject: ['y'] },
      actions: [{ type: 'copy', mailbox: { path: 'Bills' } }],
    },
  ]);
});

test('a rule of which no action is left is not made', () => {
  assert.deepEqual(one({ displayName: 'x', conditions: {}, actions: { redirectTo: [{}] } }).rules, []);
});

for (const text of ['', '{', '{}', '{"value": [1]}', 'null', '[[]]', '['.repeat(100_000)]) {
  test(`${JSON.stringify(text.slice(0, 20))} is refused`, () => {
    assert.throws(
      () => importGraph(text),
      (error) => isMailyardError(error, 'validation.failed'),
    );
  });
}
