/** Random rules, facts and folders, from few enough words that rules often match and often miss. */
import fc from 'fast-check';
import type { HeaderField, MessageFacts } from '../../shared/mail/message.ts';
import { parseRule, type Rule, type RuleInput } from '../../shared/rules/rule.ts';
import { FULL_SUPPORT } from '../../shared/rules/support.ts';

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

const textMatch = fc.oneof(
  { weight: 4, arbitrary: word },
  { weight: 1, arbitrary: fc.array(word, { minLength: 1, maxLength: 3 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('contains', 'is', 'startsWith', 'endsWith', 'matches'), word)
      .map(([kind, text]) => ({ [kind]: text })),
  },
  { weight: 1, arbitrary: fc.constantFrom({ regex: 'a.*b' }, { regex: '^inv' }, { regex: ['x', '\\pL{3}'] }) },
);
const mediaType = fc.constantFrom('application/pdf', 'text/*', 'image/png');

const BOOLEANS = [
  ...['hasAttachment', 'isEncrypted', 'isSigned', 'isMeetingRequest', 'isMeetingResponse', 'isNonDeliveryReport'],
  ...['isReadReceipt', 'isReply', 'isList', 'isBulk', 'isNoReply', 'isAutomaticReply', 'sentToMe', 'sentCcMe'],
  ...['sentOnlyToMe', 'sentToOrCcMe', 'notSentToMe'],
];

/** Conditions that always have an answer in CONTEXT: the laws of logic hold for those. */
const properties: readonly fc.Arbitrary<object>[] = [
  ...['from', 'to', 'cc', 'bcc', 'subject', 'body', 'text', 'listId', 'envelopeTo', 'subaddress', 'attachmentName'].map(
    (name) => textMatch.map((match) => ({ [name]: match })),
  ),
  fc.record({
    header: fc.oneof(
      headerName.map((name) => [name]),
      fc.tuple(headerName, textMatch),
    ),
  }),
  ...BOOLEANS.map((name) => fc.boolean().map((value) => ({ [name]: value }))),
  fc.record({ attachmentType: mediaType }),
  fc.record({ attachmentCount: fc.constantFrom(0, 1, { min: 1 }, { max: 1 }) }),
  fc.record({ importance: fc.constantFrom('low', 'normal', 'high') }),
  fc.record({ sensitivity: fc.constantFrom('normal', 'private') }),
  fc.record({ messageActionFlag: fc.constantFrom('any', 'call') }),
  fc.record({ dmarc: fc.constant({ result: 'pass', authservId: 'mx.example.org' }) }),
  fc.record({ fromDomain: fc.constantFrom('example.com', 'com', 'bücher.example') }),
  fc.record({ age: fc.constantFrom({ atLeast: 'P1D' }, { under: 'P1D' }) }),
  fc.record({ minSize: fc.constantFrom(0, 100, 5_000) }),
  fc.record({ maxSize: fc.constantFrom(0, 100, 5_000) }),
  fc.record({ before: date }),
  fc.record({ after: date }),
  fc.record({ hasKeyword: keyword }),
  fc.record({ notKeyword: keyword }),
  fc.record({ inMailbox: mailboxRef }),
  fc.record({ inMailboxOtherThan: fc.array(mailboxRef, { minLength: 1, maxLength: 2 }) }),
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
  fc.record({ type: fc.constantFrom('markSeen', 'markUnseen', 'flag', 'unflag', 'stop', 'keep') }),
  fc.record({ type: fc.constantFrom('archive', 'trash', 'markJunk', 'markNotJunk') }),
  fc.record({
    type: fc.constant('move'),
    mailbox: fc.constantFrom({ path: '{{listId}}' }, { path: 'By/{{sender.domain}}' }),
    create: fc.boolean(),
  }),
  fc.record({ type: fc.constant('setImportance'), importance: fc.constantFrom('low', 'high') }),
  fc.record({ type: fc.constant('expire'), after: fc.constantFrom('P1D', 'PT1H') }),
  fc.record({ type: fc.constant('snooze'), for: fc.constantFrom('P1D', 'PT1H') }),
  fc.record({ type: fc.constantFrom('webhook', 'destroy') }),
  fc.record({ type: fc.constant('function'), name: fc.constantFrom('sort', 'judge'), permits: fc.constant(['flag']) }),
  fc.record({
    type: fc.constantFrom('addKeywords', 'removeKeywords'),
    keywords: fc.array(keyword, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    type: fc.constant('createDraft'),
    kind: fc.constantFrom('reply', 'replyAll', 'forward'),
    text: word,
    quote: fc.boolean(),
    evenIfAutomatic: fc.boolean(),
  }),
);

const ruleInput = fc.record(
  {
    name: fc.constant('a rule'),
    mode: fc.constantFrom('off', 'shadow', 'live', 'live', 'live'),
    sequence: fc.nat(3),
    accountIds: fc.constantFrom(['a1'], ['a2'], ['a1', 'a2']),
    mailboxes: fc.array(mailboxRef, { minLength: 1, maxLength: 2 }),
    conditions: filterInput,
    exceptions: filterInput,
    actions: fc.array(action, { minLength: 1, maxLength: 4 }),
    stopProcessingRules: fc.boolean(),
  },
  { requiredKeys: ['name', 'conditions', 'actions'] },
);

const parsedOrNot = (input: object): RuleInput | undefined => {
  try {
    return parseRule(input, OPTIONS);
  } catch {
    return undefined;
  }
};

const OPTIONS = { support: FULL_SUPPORT, mayDestroy: true };

/** Contradictory actions are refused on save; such a draw counts with its first action alone. */
const asRule = (input: { actions: readonly object[] }, id: string): Rule => {
  const kept = { id, revision: 1, createdAt: 0, updatedAt: 0 };
  const first = { ...input, actions: input.actions.slice(0, 1) };
  const parsed =
    parsedOrNot(input) ?? parsedOrNot(first) ?? parseRule({ name: 'all', conditions: {}, actions: [{ type: 'flag' }] });
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
    'delivered-to',
    'importance',
    'sensitivity',
    'x-message-flag',
    'authentication-results',
    'in-reply-to',
  ),
  fc.oneof(
    anyText,
    word.map((text) => `${text} <ann@example.com>`),
    fc.constantFrom('<>', 'no', 'bulk', 'no-reply@x.example', 'me+a@example.org', 'mx.example.org; dmarc=pass', 'high'),
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
  parts: fc.array(
    fc.record(
      {
        type: fc.constantFrom('text/plain', 'application/pdf', 'multipart/signed', 'text/calendar'),
        parameters: fc.constant({ method: 'request' }),
        disposition: fc.constantFrom('inline', 'attachment'),
        name: anyText,
      },
      { requiredKeys: ['type'] },
    ),
    { maxLength: 4 },
  ),
  bodyText: anyText,
});
