import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailyardError } from '../../shared/errors.ts';
import { messagesAllowed } from '../../shared/rules/breaker.ts';
import { evaluate } from '../../shared/rules/evaluate.ts';
import { parseNamedList } from '../../shared/rules/named-list.ts';
import { parseRule } from '../../shared/rules/rule.ts';
import { FULL_SUPPORT } from '../../shared/rules/support.ts';
import { CONTEXT, sampleFacts, sampleRule } from './samples.ts';

const invoice = {
  headers: [
    ['Subject', 'Invoice 42'],
    ['From', 'shop@example.com'],
  ],
};
const RULE = {
  name: 'x',
  accountIds: ['a9'],
  mode: 'off',
  conditions: { subject: 'invoice' },
  exceptions: { from: 'friend' },
  actions: [{ type: 'markSeen' }, { type: 'move', mailbox: { path: 'Bills/{{received.year}}' } }],
};
const MOVED = [{ type: 'markSeen' }, { type: 'move', mailbox: { path: 'Bills/2025' } }];
const withTest = (one: object, rule: object = RULE) => parseRule({ ...rule, tests: [one] }, { support: FULL_SUPPORT });

const PASSING: readonly (readonly [what: string, one: object, rule?: object])[] = [
  ['a match with its actions, whatever the mode and the account', { facts: invoice, expect: MOVED }],
  [
    'an action that changes nothing may be left out',
    { facts: { ...invoice, keywords: ['$seen'] }, expect: [MOVED[1]] },
  ],
  ['no match', { facts: {}, expect: null }],
  ['an exception', { facts: { headers: [...invoice.headers, ['From', 'friend@example.com']] }, expect: null }],
  [
    'a time',
    { facts: {}, now: '2025-01-09T00:00:00Z', expect: [{ type: 'flag' }] },
    { name: 'x', conditions: { age: { atLeast: 'P1W' } }, actions: [{ type: 'flag' }] },
  ],
  [
    'a list',
    { facts: invoice, lists: { vips: ['example.com'] }, expect: [{ type: 'flag' }] },
    { name: 'x', conditions: { inList: { list: 'vips' } }, actions: [{ type: 'flag' }] },
  ],
  [
    'an attachment and a duplicate',
    { facts: { attachments: [{ name: 'a.pdf' }], isDuplicate: true, bodyText: 'hi' }, expect: [{ type: 'flag' }] },
    { name: 'x', conditions: { attachmentName: '.pdf', duplicate: true, body: 'hi' }, actions: [{ type: 'flag' }] },
  ],
];
for (const [what, one, rule] of PASSING)
  test(`passes: ${what}`, () => assert.equal(withTest(one, rule).tests?.length, 1));

const FAILING: readonly (readonly [what: string, one: object, detail: RegExp])[] = [
  ['no match where one is expected', { facts: {}, expect: MOVED }, /conditions\/subject does not contain/],
  ['a match where none is expected', { facts: invoice, expect: null }, /expected not to/],
  [
    'another folder',
    { facts: invoice, expect: [MOVED[0], { type: 'move', mailbox: { path: 'Bills/2026' } }] },
    /Bills\/2026/,
  ],
  ['an action too few', { facts: invoice, expect: [MOVED[0]] }, /is expected/],
  ['a match without actions', { facts: invoice, expect: [] }, /is expected/],
  ['a list that cannot be read', { facts: invoice, lists: { a: ['x y@'] }, expect: null }, /address or a domain/],
];
for (const [what, one, detail] of FAILING) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => withTest(one),
      (error) =>
        isMailyardError(error, 'validation.failed') &&
        error.fields[0]?.pointer === '/tests/0' &&
        detail.test(error.fields[0].detail),
    );
  });
}

test('an exception that is not known keeps the rule from firing, one that does not hold lets it', () => {
  const matched = (exceptions: object, facts = sampleFacts()) =>
    evaluate([sampleRule({ exceptions })], facts, CONTEXT).traces()[0]?.matched;
  assert.equal(matched({ from: 'anna' }), false);
  assert.equal(matched({ from: 'bob' }), true);
  assert.equal(matched({ body: 'nowhere' }), true);
  assert.equal(matched({ body: 'nowhere' }, { ...sampleFacts(), bodyText: undefined } as never), false);
});

test('a rule may act on the larger of its count and its share', () => {
  assert.deepEqual(
    [0, 5_000, 100_000].map((messages) => messagesAllowed(undefined, messages)),
    [500, 500, 10_000],
  );
  assert.equal(messagesAllowed({ messagesPerRun: 3 }, 100_000), 3);
  assert.equal(messagesAllowed({ shareOfFolder: 0.5 }, 9), 4);
  assert.equal(messagesAllowed({ messagesPerRun: 3, shareOfFolder: 0.5 }, 100), 50);
});

test('a list holds 10,000 entries and no more, and says which are wrong', () => {
  const entries = Array.from({ length: 10_000 }, (_, n) => `u${n}@example.com`);
  assert.equal(parseNamedList(entries).size, 10_000);
  assert.throws(() => parseNamedList([...entries, 'one@more.example']), /10000/);
  assert.throws(
    () => parseNamedList(['a@example.com', 'nobody', '', 'a b@example.com']),
    (error) => isMailyardError(error) && error.fields.map(({ pointer }) => pointer).join() === '/1,/2,/3',
  );
});

test('questions that functions have not answered are told, once each', () => {
  const call = { name: 'judge', headers: ['subject'], body: false };
  const rules = ['a', 'b'].map((id) => sampleRule({ conditions: { function: call } }, id));
  assert.deepEqual(evaluate(rules, sampleFacts(), CONTEXT).questions, [call]);
  assert.deepEqual(evaluate([sampleRule({})], sampleFacts(), CONTEXT).questions, []);
});
