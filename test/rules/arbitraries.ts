/** Random rules, facts and folders, from few enough words that rules often match and often miss. */
import fc from 'fast-check';
import type { HeaderField, MessageFacts } from '../../shared/mail/message.ts';
import { parseRule, type Rule, type RuleInput } from '../../shared/rules/rule.ts';

const WORDS = ['ann', 'bob', 'Ünal', 'invoice', '@example', 'ß', '東京', 'a b', '<', '"'];
const word = fc.constantFrom(...WORDS);
const keyword = fc.constantFrom('$seen', '$flagged', 'work', 'invoice');
const mailboxRef = fc.constantFrom(
  { role: 'inbox' as const },
  { role: 'archive' as const },
  { role: 'junk' as const },
  { path: 'INBOX' },
  { path: 'Bills' },
  { path: 'New' },
  { path: 'Lists' },
);
const date = fc.constantFrom('2024-12-31T23:59:59Z', '2025-03-01T09:30:00Z', '2026-01-01T00:00:00Z');
const headerName = fc.constantFrom('From', 'Subject', 'X-Test', 'list-id', 'Precedence');

const properties: readonly fc.Arbitrary<object>[] = [
  fc.record({ from: word }),
  fc.record({ to: word }),
  fc.record({ cc: word }),
  fc.record({ subject: word }),
  fc.record({
    header: fc.oneof(
      headerName.map((name) => [name]),
      fc.tuple(headerName, word),
    ),
  }),
  fc.record({ body: word }),
  fc.record({ text: word }),
  fc.record({ hasAttachment: fc.boolean() }),
  fc.record({ minSize: fc.constantFrom(0, 100, 5_000) }),
  fc.record({ maxSize: fc.constantFrom(0, 100, 5_000) }),
  fc.record({ before: date }),
  fc.record({ after: date }),
  fc.record({ hasKeyword: keyword }),
  fc.record({ notKeyword: keyword }),
  fc.record({ inMailbox: mailboxRef }),
];

const leaf = fc.array(fc.oneof(...properties), { maxLength: 3 }).map((some) => Object.assign({}, ...some) as object);

/** Within the bounds of one rule: 27 conditions of at most 3 properties. */
export const filterInput: fc.Arbitrary<object> = fc.letrec<{ filter: object }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.record({
      operator: fc.constantFrom('AND', 'OR', 'NOT'),
      conditions: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
    }),
  ),
})).filter;

const action = fc.oneof(
  fc.record({ type: fc.constantFrom('move', 'copy'), mailbox: mailboxRef }),
  fc.record({
    type: fc.constantFrom('move', 'copy'),
    mailbox: fc.constantFrom({ path: 'New' }, { path: 'Bills' }),
    create: fc.boolean(),
  }),
  fc.record({ type: fc.constantFrom('markSeen', 'markUnseen', 'flag', 'unflag', 'stop') }),
  fc.record({
    type: fc.constantFrom('addKeywords', 'removeKeywords'),
    keywords: fc.array(keyword, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('createDraft'), text: word, quote: fc.boolean(), evenIfAutomatic: fc.boolean() }),
);

const ruleInput = fc.record(
  {
    name: fc.constant('a rule'),
    mode: fc.constantFrom('off', 'shadow', 'live', 'live', 'live'),
    sequence: fc.nat(3),
    accountIds: fc.constantFrom(['a1'], ['a2'], ['a1', 'a2']),
    mailboxes: fc.array(mailboxRef, { minLength: 1, maxLength: 2 }),
    conditions: filterInput,
    actions: fc.array(action, { minLength: 1, maxLength: 4 }),
    stopProcessingRules: fc.boolean(),
  },
  { requiredKeys: ['name', 'conditions', 'actions'] },
);

/** Contradictory actions are refused on save; such a draw counts with its first action alone. */
const asRule = (input: { actions: readonly object[] }, id: string): Rule => {
  const kept = { id, revision: 1, createdAt: 0, updatedAt: 0 };
  let parsed: RuleInput;
  try {
    parsed = parseRule(input);
  } catch {
    parsed = parseRule({ ...input, actions: input.actions.slice(0, 1) });
  }
  return { ...parsed, ...kept };
};

export const rulesArbitrary: fc.Arbitrary<Rule[]> = fc
  .array(ruleInput, { maxLength: 6 })
  .map((inputs) => inputs.map((input, index) => asRule(input, `r${index}`)));

const anyText = fc.oneof(
  word,
  fc.string({ unit: 'binary' }),
  fc.array(word, { maxLength: 4 }).map((some) => some.join(' ')),
);

const headerField: fc.Arbitrary<HeaderField> = fc.tuple(
  fc.constantFrom(
    'from',
    'to',
    'cc',
    'bcc',
    'subject',
    'x-test',
    'list-id',
    'precedence',
    'auto-submitted',
    'reply-to',
    'return-path',
  ),
  fc.oneof(
    anyText,
    word.map((text) => `${text} <ann@example.com>`),
    fc.constantFrom('<>', 'no', 'bulk', 'no-reply@x.example'),
  ),
);

/** All facts, as when every rule could ask for anything. */
export const factsArbitrary: fc.Arbitrary<MessageFacts> = fc.record({
  mailbox: fc.constantFrom('INBOX', 'INBOX', 'Bills', 'Gone'),
  uid: fc.integer({ min: 1, max: 0xffffffff }),
  keywords: fc.uniqueArray(keyword),
  size: fc.constantFrom(0, 99, 100, 5_000, 2 ** 32),
  receivedAt: fc.constantFrom(0, Date.parse('2025-03-01T09:30:00Z'), 8.64e15, -1, Number.NaN),
  headers: fc.array(headerField, { maxLength: 8 }),
  hasAttachment: fc.boolean(),
  bodyText: anyText,
});
