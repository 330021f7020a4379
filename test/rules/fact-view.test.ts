/** How often a message's facts are made comparable, counted at the language's own functions. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { MessageFacts } from '../../shared/mail/message.ts';
import { compileRules } from '../../shared/rules/evaluate.ts';
import { CONTEXT, sampleFacts, sampleRule } from './samples.ts';

const SUBJECT = 'An INVOICE of March';
const FROM = 'Ann Skunk <Ann@Skunk.example>';
const BODY = 'Please PAY it.';

const factsFrom = (from: string): MessageFacts =>
  sampleFacts({
    headers: [
      ['from', from],
      ['subject', SUBJECT],
    ],
    bodyText: BODY,
  });

/** How often each text was folded, and each header read for its people, while the conditions were put to the message. */
const counted = (t: TestContext, conditions: readonly object[], from = FROM) => {
  const decide = compileRules(
    conditions.map((one, n) => sampleRule({ conditions: one }, `r${n}`)),
    CONTEXT,
  );
  const facts = factsFrom(from);
  const lower = t.mock.method(String.prototype, 'toLowerCase');
  const exec = t.mock.method(RegExp.prototype, 'exec');
  decide(facts);
  const folded = lower.mock.calls.map((call) => String(call.this));
  // The grammar of plain address lists is the one that goes on from where it is.
  const read = exec.mock.calls
    .filter((call) => (call.this as unknown as RegExp).sticky)
    .map((call) => call.arguments[0]);
  t.mock.restoreAll();
  const times = (all: readonly unknown[], text: string) => all.filter((one) => one === text).length;
  return {
    subject: times(folded, SUBJECT),
    from: times(folded, from),
    body: times(folded, BODY),
    people: times(read, from),
  };
};

test('each fact is folded once and each header read once, however many rules ask for it', (t) => {
  const conditions = ['nothing', 'never', 'none'].flatMap((text) => [
    { subject: text },
    { subject: { startsWith: text } },
    { subject: { matches: `${text} *` } },
    { header: ['Subject', text] },
    { from: text },
    { from: { is: text } },
    { fromDomain: `${text}.example` },
    { body: text },
    { text },
  ]);
  assert.deepEqual(counted(t, conditions), { subject: 1, from: 1, body: 1, people: 1 });
});

test('what no rule asks for is not folded, nor what is asked for after the decision fell', (t) => {
  const conditions = [
    { minSize: 1 },
    { hasKeyword: 'never', subject: 'invoice', body: 'pay' },
    { operator: 'AND', conditions: [{ hasKeyword: 'never' }, { from: 'ann' }, { body: 'pay' }] },
    { operator: 'OR', conditions: [{ minSize: 1 }, { fromDomain: 'skunk.example' }, { text: 'pay' }] },
  ];
  assert.deepEqual(counted(t, conditions), { subject: 0, from: 0, body: 0, people: 0 });
});

test('a text is looked for in a plain header without reading its addresses', (t) => {
  assert.deepEqual(counted(t, [{ from: 'skunk' }]), { subject: 0, from: 1, body: 0, people: 0 });
});

test('one that hides people from a plain look is read once for all', (t) => {
  const { people } = counted(
    t,
    [{ from: 'bücher' }, { fromDomain: 'bücher.example' }],
    'Ann <ann@xn--bcher-kva.example>',
  );
  assert.equal(people, 1);
});
