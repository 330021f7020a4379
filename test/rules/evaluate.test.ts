import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { MessageFacts } from '../../shared/mail/message.ts';
import { evaluate } from '../../shared/rules/evaluate.ts';
import { needsOf } from '../../shared/rules/needs.ts';
import type { Rule } from '../../shared/rules/rule.ts';
import { factsArbitrary, filterInput, rulesArbitrary } from './arbitraries.ts';
import { CONTEXT, FOLDERS, sampleFacts, sampleRule } from './samples.ts';

const ids = (rules: readonly Rule[], facts = sampleFacts(), context = CONTEXT) =>
  evaluate(rules, facts, context)
    .traces()
    .map(({ ruleId }) => ruleId);

/** With its reasons, which are told on demand. */
const whole = (rules: readonly Rule[], facts: MessageFacts) => {
  const decision = evaluate(rules, facts, CONTEXT);
  return { ...decision, traces: decision.traces() };
};

test('rules are asked in the order of their sequence, then of their id', () => {
  const rules = [
    sampleRule({}, 'b'),
    sampleRule({ sequence: 200 }, 'a'),
    sampleRule({}, 'B'),
    sampleRule({ sequence: 0 }, 'z'),
  ];
  assert.deepEqual(ids(rules), ['z', 'B', 'b', 'a']);
});

test('only live rules count unless the context says otherwise', () => {
  const rules = [sampleRule({ mode: 'off' }, 'a'), sampleRule({ mode: 'shadow' }, 'b'), sampleRule({}, 'c')];
  assert.deepEqual(ids(rules), ['c']);
  assert.deepEqual(ids(rules, sampleFacts(), { ...CONTEXT, modes: ['shadow', 'live'] }), ['b', 'c']);
});

test('a rule of other accounts is not asked', () => {
  assert.deepEqual(ids([sampleRule({ accountIds: ['a2'] }, 'a'), sampleRule({ accountIds: ['a2', 'a1'] }, 'b')]), [
    'b',
  ]);
});

test('a rule is asked by where the message was found, not by where an earlier rule moved it', () => {
  const rules = [
    sampleRule({ sequence: 1, actions: [{ type: 'move', mailbox: { path: 'Bills' } }] }, 'a'),
    sampleRule({ sequence: 2, mailboxes: [{ path: 'Bills' }] }, 'b'),
    sampleRule({ sequence: 3 }, 'c'),
  ];
  assert.deepEqual(ids(rules), ['a', 'c']);
  assert.deepEqual(ids(rules, sampleFacts({ mailbox: 'Bills' })), ['b']);
});

test('the inbox is INBOX even when the listing does not say so', () => {
  assert.deepEqual(ids([sampleRule({}, 'a')], sampleFacts(), { accountId: 'a1', folders: [] }), ['a']);
});

test('later rules see the keywords and the folder that earlier ones decided', () => {
  const decision = evaluate(
    [
      sampleRule(
        {
          sequence: 1,
          actions: [
            { type: 'addKeywords', keywords: ['work'] },
            { type: 'unflag' },
            { type: 'move', mailbox: { role: 'archive' } },
          ],
        },
        'a',
      ),
      sampleRule(
        { sequence: 2, conditions: { hasKeyword: 'work', notKeyword: '$flagged', inMailbox: { role: 'archive' } } },
        'b',
      ),
      sampleRule({ sequence: 3, conditions: { inMailbox: { role: 'inbox' } }, actions: [{ type: 'markSeen' }] }, 'c'),
      sampleRule({ sequence: 4, actions: [{ type: 'move', mailbox: { path: 'Archiv' } }] }, 'd'),
    ],
    sampleFacts(),
    CONTEXT,
  );
  assert.deepEqual(decision.effects, [
    { kind: 'store', ruleId: 'a', add: ['work'], remove: [] },
    { kind: 'store', ruleId: 'a', add: [], remove: ['$flagged'] },
    { kind: 'move', ruleId: 'a', mailbox: 'Archiv', create: false },
    { kind: 'store', ruleId: 'b', add: ['$flagged'], remove: [] },
  ]);
  assert.deepEqual(
    decision.problems.map(({ ruleId, reason }) => [ruleId, reason]),
    [['d', 'already-there']],
  );
});

test('a folder that an earlier rule has made counts as there for a later one', () => {
  const decision = evaluate(
    [
      sampleRule({ sequence: 1, actions: [{ type: 'copy', mailbox: { path: 'New' }, create: true }] }, 'a'),
      sampleRule({ sequence: 2, actions: [{ type: 'move', mailbox: { path: 'New' } }] }, 'b'),
    ],
    sampleFacts(),
    CONTEXT,
  );
  assert.deepEqual(decision.problems, []);
  assert.deepEqual(decision.effects[1], { kind: 'move', ruleId: 'b', mailbox: 'New', create: true });
});

for (const [how, ending] of [
  ['stop', { actions: [{ type: 'stop' }, { type: 'markSeen' }] }],
  ['stopProcessingRules', { actions: [{ type: 'markSeen' }], stopProcessingRules: true }],
] as const) {
  test(`${how} ends the evaluation after the rule's own actions`, () => {
    const decision = evaluate([sampleRule(ending, 'a'), sampleRule({ sequence: 200 }, 'b')], sampleFacts(), CONTEXT);
    assert.equal(decision.stoppedBy, 'a');
    assert.deepEqual(decision.effects, [{ kind: 'store', ruleId: 'a', add: ['$seen'], remove: [] }]);
    assert.equal(decision.traces().length, 1);
  });
  test(`${how} of a rule that does not match ends nothing`, () => {
    const rules = [sampleRule({ ...ending, conditions: { from: 'nobody' } }, 'a'), sampleRule({ sequence: 200 }, 'b')];
    assert.deepEqual(ids(rules), ['a', 'b']);
  });
}

test('the trace tells each condition, why, and what was not looked at any more', () => {
  const conditions = {
    operator: 'OR',
    conditions: [{ subject: 'offer' }, { from: 'anna@' }, { operator: 'NOT', conditions: [{ body: 'pay' }] }],
  };
  assert.deepEqual(evaluate([sampleRule({ conditions })], sampleFacts(), CONTEXT).traces(), [
    {
      ruleId: 'r1',
      ruleName: 'r1',
      matched: true,
      conditions: [
        {
          pointer: '/conditions/conditions/0/subject',
          condition: 'subject',
          verdict: 'false',
          why: 'does not contain "offer"',
        },
        { pointer: '/conditions/conditions/1/from', condition: 'from', verdict: 'true', why: 'contains "anna@"' },
        {
          pointer: '/conditions/conditions/2/conditions/0/body',
          condition: 'body',
          verdict: 'notEvaluated',
          why: 'an earlier condition decided',
        },
      ],
    },
  ]);
});

test('a rule does not fire on what was not read, nor on its negation', () => {
  const unread = { ...sampleFacts() } as { bodyText?: string };
  delete unread.bodyText;
  const filters = [
    { body: 'x' },
    { operator: 'NOT', conditions: [{ body: 'x' }] },
    { operator: 'NOT', conditions: [{ operator: 'NOT', conditions: [{ body: 'x' }] }] },
    { operator: 'AND', conditions: [{ from: 'anna' }, { body: 'x' }] },
  ];
  for (const conditions of filters) {
    const [trace] = evaluate([sampleRule({ conditions })], unread as never, CONTEXT).traces();
    assert.equal(trace?.matched, false);
  }
});

test('what a later version of the rules language wrote neither fires nor fails', () => {
  const rule = sampleRule({});
  const strange = { ...rule, conditions: { sentiment: 'angry' } as never };
  assert.deepEqual(evaluate([strange], sampleFacts(), CONTEXT).effects, []);
  const acting = { ...rule, actions: [{ type: 'explode' }, { type: 'markSeen' }] as never };
  assert.equal(evaluate([acting], sampleFacts(), CONTEXT).effects.length, 1);
});

test('a hostile depth does not overflow the stack', () => {
  let filter: object = { from: 'anna' };
  for (let i = 0; i < 100_000; i += 1) filter = { operator: 'AND', conditions: [filter] };
  assert.deepEqual(evaluate([{ ...sampleRule({}), conditions: filter as never }], sampleFacts(), CONTEXT).effects, []);
});

test('evaluation never throws, says the same again, and does not depend on the order of the rules given', () => {
  fc.assert(
    fc.property(
      rulesArbitrary.chain((rules) =>
        fc.tuple(fc.constant(rules), fc.shuffledSubarray(rules, { minLength: rules.length })),
      ),
      factsArbitrary,
      ([rules, shuffled], facts) => {
        const decision = whole(rules, facts);
        assert.deepEqual(whole(rules, facts), decision);
        assert.deepEqual(whole(shuffled, facts), decision);
      },
    ),
  );
});

test('the reasons are those of the decision, and of each rule as it is asked alone', () => {
  fc.assert(
    fc.property(rulesArbitrary, factsArbitrary, (rules, facts) => {
      const { matched, traces } = whole(rules, facts);
      const told = traces.filter((trace) => trace.matched).map(({ ruleId, ruleName }) => ({ ruleId, ruleName }));
      assert.deepEqual(told, matched);
      const [first] = traces;
      const rule = rules.find(({ id }) => id === first?.ruleId);
      if (rule !== undefined) assert.deepEqual(whole([rule], facts).traces, [first]);
    }),
  );
});

test('what needsOf names is enough to decide', () => {
  fc.assert(
    fc.property(rulesArbitrary, factsArbitrary, (rules, facts) => {
      const needs = needsOf(rules);
      const { bodyText, parts, headers, ...always } = facts;
      const needed = {
        ...always,
        headers: needs.headers === 'none' ? [] : headers.filter(([name]) => needs.headers.includes(name)),
        ...(needs.body && bodyText !== undefined ? { bodyText } : {}),
        ...(needs.structure && parts !== undefined ? { parts } : {}),
      };
      assert.deepEqual(whole(rules, needed), whole(rules, facts));
    }),
  );
});

test('every effect is what the simulation allows: no target unknown, none twice in a row, no keyword already so', () => {
  fc.assert(
    fc.property(rulesArbitrary, factsArbitrary, (rules, facts) => {
      let mailbox = facts.mailbox;
      const keywords = new Set(facts.keywords);
      for (const effect of evaluate(rules, facts, CONTEXT).effects) {
        if (effect.kind === 'move' || effect.kind === 'copy') {
          assert.notEqual(effect.mailbox, mailbox);
          assert.ok(effect.create || FOLDERS.some(({ path, selectable }) => path === effect.mailbox && selectable));
          if (effect.kind === 'move') mailbox = effect.mailbox;
        }
        if (effect.kind !== 'store') continue;
        for (const keyword of effect.add) assert.ok(!keywords.has(keyword) && keywords.add(keyword));
        for (const keyword of effect.remove) assert.ok(keywords.delete(keyword));
      }
    }),
  );
});

test('AND, OR and NOT keep De Morgan’s laws, and NOT of one condition twice is that condition', () => {
  const not = (...conditions: object[]) => ({ operator: 'NOT', conditions });
  const and = (...conditions: object[]) => ({ operator: 'AND', conditions });
  const or = (...conditions: object[]) => ({ operator: 'OR', conditions });
  fc.assert(
    fc.property(filterInput, filterInput, factsArbitrary, (a, b, facts) => {
      const matches = (conditions: object) => {
        const rule = { ...sampleRule({ mailboxes: [{ path: facts.mailbox }] }), conditions: conditions as never };
        return evaluate([rule], facts, CONTEXT).traces()[0]?.matched;
      };
      assert.equal(matches(not(a, b)), matches(and(not(a), not(b))));
      assert.equal(matches(not(a, b)), !matches(or(a, b)));
      assert.equal(matches(not(and(a, b))), matches(or(not(a), not(b))));
      assert.equal(matches(not(not(a))), matches(a));
      assert.equal(matches(and(a, b)), matches(a) === true && matches(b) === true);
      assert.equal(matches(or(a, b)), matches(a) === true || matches(b) === true);
    }),
  );
});
