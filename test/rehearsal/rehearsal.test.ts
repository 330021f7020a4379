/** A slice of the rehearsal that costs little: what it judges with, and that it finds the mistakes that are planted. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Deployed, deployed } from './aws/deployed.ts';
import type { Call } from './grants/evaluate.ts';
import { statementsOf } from './grants/evaluate.ts';
import { type Judged, judgedAgain, ledgerOf } from './grants/ledger.ts';
import { grantsPart } from './grants-part.ts';
import { PLANTED } from './planted.ts';
import { judge, OTHER_SHAPES, synthesise } from './synth-part.ts';
import { plainId, type Template } from './template/template.ts';

let folder = '';
let template: Template;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mailyard-rehearsal-'));
  const [context = {}] = OTHER_SHAPES;
  const made = synthesise(folder, context, false);
  assert.ok('template' in made, String(made));
  template = made.template;
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** One call for each thing that a role allows, as narrow as its conditions ask for. */
const everyCall = (stack: Deployed): Judged[] =>
  stack.resources
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(({ id, Properties }) => {
      const role = plainId(id).replace('DefaultPolicy', '');
      return statementsOf(Properties?.['PolicyDocument'] ?? null).flatMap(({ actions, resources, conditions }) => {
        const context = Object.assign({}, ...Object.values(conditions)) as Call['context'];
        return actions.map((action) => ({
          role,
          allowed: true,
          call: { action, resource: resources[0] ?? '', context },
        }));
      });
    });

test('templates of every shape are what their schemas and our promises ask for, and values were looked at', () => {
  for (const [i, context] of OTHER_SHAPES.entries()) {
    const made = synthesise(path.join(folder, String(i)), context, false);
    assert.ok('template' in made, String(made));
    const { faults, values, held } = judge(made.template);
    assert.deepEqual(faults, []);
    assert.ok(values > 500 && held > 30, `${values} values, ${held} promises`);
  }
});

test('roles that are used up are passed, and a grant less or more is not', () => {
  const stack = deployed('Mailyard', template);
  const calls = everyCall(stack);
  assert.ok(calls.length > 30);
  assert.deepEqual(grantsPart(judgedAgain(stack, calls), []).faults, []);
  const unused = grantsPart(judgedAgain(stack, calls.slice(1)), []).faults;
  assert.equal(unused.length, 1, 'what no call needs is told');
  const reason = { role: calls[0]?.role ?? '', action: calls[0]?.call.action ?? '', reason: 'because' };
  assert.match(grantsPart(judgedAgain(stack, calls), [reason]).faults.join(), /its reason is void/);
});

for (const { name, plant, found } of PLANTED) {
  test(`it finds ${name}`, () => {
    const planted = plant(template);
    const stack = deployed('Mailyard', planted);
    const calls = everyCall(deployed('Mailyard', template));
    const faults = [...judge(planted).faults, ...grantsPart(judgedAgain(stack, calls), []).faults];
    assert.match(faults.join('\n'), found);
  });
}

test('a role that is not there is no role that may nothing', () => {
  const ledger = ledgerOf(deployed('Mailyard', template));
  assert.throws(() => ledger.judge('NobodyRole', { action: 'sqs:SendMessage', resource: '', context: {} }), /no role/);
});
