import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailyardError } from '../../shared/errors.ts';
import { nextCronTime } from '../../shared/rules/cron.ts';
import { evaluate } from '../../shared/rules/evaluate.ts';
import { type ParseOptions, parseRule } from '../../shared/rules/rule.ts';
import { FULL_SUPPORT } from '../../shared/rules/support.ts';
import { agedDueAt, answersTo, isStillSo, TRIGGER_TYPES, type TriggerEvent } from '../../shared/rules/trigger.ts';
import { CONTEXT, sampleFacts, sampleRule } from './samples.ts';

const parse = (trigger: unknown) =>
  parseRule({ name: 'x', trigger, conditions: {}, actions: [{ type: 'flag' }] }, { support: FULL_SUPPORT }).trigger;

const GOOD: readonly object[] = [
  { type: 'arrived' },
  { type: 'manual' },
  { type: 'movedInto' },
  { type: 'flagsChanged', added: ['$flagged'] },
  { type: 'flagsChanged', removed: ['$seen', 'work'] },
  { type: 'aged', state: 'unseen', after: 'P3D' },
  { type: 'scheduled', cron: '0 7 * * 1-5', timeZone: 'Europe/Berlin' },
  { type: 'scheduled', cron: '*/15 * * * MON' },
];
for (const trigger of GOOD) test(`${JSON.stringify(trigger)} is kept`, () => assert.deepEqual(parse(trigger), trigger));

test('each type is among them', () =>
  assert.deepEqual([...new Set(GOOD.map((one) => (one as { type: string }).type))].sort(), [...TRIGGER_TYPES].sort()));

const BAD: readonly (readonly [trigger: unknown, below: string])[] = [
  ['arrived', ''],
  [{ type: 'sent' }, '/type'],
  [{ type: 'flagsChanged' }, ''],
  [{ type: 'flagsChanged', added: [] }, '/added'],
  [{ type: 'flagsChanged', added: ['a b'] }, '/added/0'],
  [{ type: 'aged' }, '/after'],
  [{ type: 'aged', after: '14 days' }, '/after'],
  [{ type: 'aged', after: 'P1D', state: 'read' }, '/state'],
  [{ type: 'scheduled' }, '/cron'],
  [{ type: 'scheduled', cron: 'daily' }, '/cron'],
  [{ type: 'scheduled', cron: '61 * * * *' }, '/cron'],
  [{ type: 'scheduled', cron: '* * * * * *' }, '/cron'],
  [{ type: 'scheduled', cron: '0 0 30 2 *' }, '/cron'],
  [{ type: 'scheduled', cron: '0 0 * * *', timeZone: 'Mars/Olympus' }, '/timeZone'],
  [{ type: 'scheduled', cron: '0 0 * * *', timeZone: '' }, '/timeZone'],
];
for (const [trigger, below] of BAD) {
  test(`${JSON.stringify(trigger)} is refused with a pointer`, () => {
    assert.throws(
      () => parse(trigger),
      (error) => isMailyardError(error, 'validation.failed') && error.fields[0]?.pointer === `/trigger${below}`,
    );
  });
}

test('what is not carried out where the rule is to run is refused on save', () => {
  const rule = {
    name: 'x',
    conditions: { duplicate: true, spf: 'pass' },
    actions: [{ type: 'destroy' }],
    trigger: { type: 'manual' },
  };
  const support = {
    triggers: new Set(['arrived']),
    missingConditions: new Map([['duplicate', () => 'is not carried out']]),
    missingActions: new Set(['destroy']),
  };
  const pointersOf = (options: ParseOptions): string => {
    try {
      parseRule(rule, { mayDestroy: true, ...options });
    } catch (error) {
      return isMailyardError(error, 'validation.failed') ? error.fields.map(({ pointer }) => pointer).join() : 'thrown';
    }
    return '';
  };
  assert.equal(pointersOf({ support }), '/trigger/type,/conditions/duplicate,/actions/0/type');
  assert.ok(pointersOf({}).includes('/conditions/spf'), 'a server must be named whose results are believed');
});

/** Europe/Berlin: forward on 29 March 2026 at 02:00, back on 25 October 2026 at 03:00. */
const TIMES: readonly (readonly [what: string, cron: string, after: string, times: readonly string[]])[] = [
  [
    'a time in the gap is the first moment after it',
    '30 2 * * *',
    '2026-03-28T12:00Z',
    ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
  ],
  [
    'a time that comes twice is kept once',
    '30 2 * * *',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  ],
  [
    'every half hour comes in both hours',
    '*/30 * * * *',
    '2026-10-25T00:10Z',
    ['2026-10-25T00:30Z', '2026-10-25T01:00Z', '2026-10-25T01:30Z', '2026-10-25T02:00Z'],
  ],
  ['seven on weekdays, in winter and summer', '0 7 * * 1-5', '2026-03-27T06:30Z', ['2026-03-30T05:00Z']],
  ['29 February', '0 0 29 2 *', '2026-01-01T00:00Z', ['2028-02-28T23:00Z']],
];
for (const [what, cron, after, times] of TIMES) {
  test(what, () => {
    let at = Date.parse(after);
    for (const time of times) {
      at = nextCronTime(cron, 'Europe/Berlin', at) ?? Number.NaN;
      assert.equal(at, Date.parse(time), new Date(at).toISOString());
    }
  });
}

test('a message is due its duration after it came to be so, while it is so', () => {
  const aged = (state: 'inMailbox' | 'unseen' | 'flagged') => ({ type: 'aged', state, after: 'P14D' }) as const;
  assert.equal(agedDueAt(aged('unseen'), 1_000), 1_000 + 14 * 86_400_000);
  assert.deepEqual(
    (['inMailbox', 'unseen', 'flagged'] as const).map((state) =>
      [[], ['$seen'], ['$flagged']].map((all) => isStillSo(aged(state), new Set(all))),
    ),
    [
      [true, true, true],
      [true, false, true],
      [false, false, true],
    ],
  );
});

test('a rule is asked for its own trigger alone, and for any by hand', () => {
  const events: readonly TriggerEvent[] = [
    { type: 'arrived' },
    { type: 'movedInto' },
    { type: 'flagsChanged', added: ['$flagged'], removed: [] },
    { type: 'flagsChanged', added: [], removed: ['$flagged'] },
    { type: 'aged', ruleId: 'r1' },
    { type: 'aged', ruleId: 'r2' },
    { type: 'scheduled', ruleId: 'r1' },
    { type: 'manual', ruleId: 'r1' },
    { type: 'manual', ruleId: 'r2' },
  ];
  const asked = (trigger: object) => events.flatMap((event, n) => (answersTo(parse(trigger), 'r1', event) ? [n] : []));
  // What was moved in has arrived, too.
  assert.deepEqual(asked({ type: 'arrived' }), [0, 1, 7]);
  assert.deepEqual(asked({ type: 'movedInto' }), [1, 7]);
  assert.deepEqual(asked({ type: 'flagsChanged', added: ['$flagged'] }), [2, 7]);
  assert.deepEqual(asked({ type: 'flagsChanged', removed: ['$flagged', 'x'] }), [3, 7]);
  assert.deepEqual(asked({ type: 'aged', after: 'P1D' }), [4, 7]);
  assert.deepEqual(asked({ type: 'scheduled', cron: '0 0 * * *' }), [6, 7]);
  assert.deepEqual(asked({ type: 'manual' }), [7]);
});

test('evaluation asks the rules of the event', () => {
  const rules = [sampleRule({}, 'a'), sampleRule({ trigger: { type: 'movedInto' } }, 'b')];
  const ids = (event?: TriggerEvent) =>
    evaluate(rules, sampleFacts(), event === undefined ? CONTEXT : { ...CONTEXT, event })
      .traces()
      .map(({ ruleId }) => ruleId);
  assert.deepEqual(ids(), ['a']);
  assert.deepEqual(ids({ type: 'movedInto' }), ['a', 'b']);
  assert.deepEqual(ids({ type: 'manual', ruleId: 'b' }), ['b']);
});
