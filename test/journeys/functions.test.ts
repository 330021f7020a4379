/** Functions that an operator names: asked by rules, on this machine as modules, on AWS as Lambda functions; never more than the rule permits. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { lambdaFunctions } from '../../functions/rule-functions.ts';
import { loadFunctions } from '../../local/rule-functions.ts';
import { isMailyardError } from '../../shared/errors.ts';
import { parseRule } from '../../shared/rules/rule.ts';
import type { FunctionQuestion, RuleFunction, RuleFunctions } from '../../shared/service/ask-functions.ts';
import { createRule } from '../../shared/service/manage-rules.ts';
import { readActivity } from '../../shared/service/read-activity.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { startLambdaEndpoint } from '../support/lambda-endpoint.ts';
import { letter } from '../support/mail.ts';
import { missingRuntimeClient, runLambda } from '../support/ric.ts';
import { bundleFunction } from '../support/ric-bundle.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const EXAMPLE = path.resolve(import.meta.dirname, '../../functions/rule-example.ts');
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:rule-example';

describe('functions that rules call', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;
  let user = '';
  let count = 0;

  before(async () => {
    server = await startDovecot({
      users: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`user${i + 1}`, 'secret'])),
    });
    oracle = dovecotOracle(server);
    yard = await startYard();
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const start = async (functions: RuleFunctions, ...rules: object[]): Promise<void> => {
    count += 1;
    user = `user${count}`;
    Object.assign(yard.deps, { functions });
    ref = await yard.addAccount(server, user, { tenant: `functions-${count}` });
    for (const rule of rules) await yard.addRule(ref, { name: 'Asks', conditions: {}, ...rule });
    await checkUntilQuiet(yard, ref);
  };
  const put = async (subject: string, body = 'Hi.'): Promise<void> => {
    await oracle.deliver(user, 'INBOX', letter({ subject, body }));
    await checkUntilQuiet(yard, ref);
  };
  const flags = async () => (await oracle.listMessages(user, 'INBOX')).map((message) => message.flags.join(' '));
  const reasons = async () =>
    (await readActivity(yard.deps, { ...ref, limit: 50 })).entries.map(({ reason, detail }) => `${reason}: ${detail}`);
  const asRule = { conditions: { function: { name: 'rule-example', body: true } }, actions: [{ type: 'archive' }] };
  const asAction = {
    actions: [{ type: 'function', name: 'rule-example', permits: ['flag', 'setImportance'] }],
  };

  it('the example answers in a condition and in an action, as a module', async () => {
    await start(await loadFunctions({ 'rule-example': EXAMPLE }), asAction, { ...asRule, sequence: 200 });
    await put('Report', 'Could you look at it today?');
    await put('Could you, today', 'Look at it.');
    await put('News', 'Nothing to do.');
    assert.deepEqual(await flags(), ['']);
    const archived = await oracle.listMessages(user, 'Archive');
    // In the action the text was not asked for, so the first was not flagged.
    assert.deepEqual(archived.map((message) => message.flags.join(' ')).sort(), ['', '$important \\Flagged']);
  });

  it('the same, bundled and under the real runtime client', {
    skip: missingRuntimeClient() !== undefined && process.env['CI'] === undefined,
  }, async () => {
    const bundle = await bundleFunction('functions/rule-example.ts');
    const lambda = await runLambda({ bundleDir: bundle.dir });
    const endpoint = await startLambdaEndpoint({ [ARN]: lambda });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_LAMBDA: endpoint.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    try {
      await start(lambdaFunctions({ 'rule-example': ARN, gone: `${ARN}-gone` }), asAction, {
        sequence: 200,
        actions: [{ type: 'function', name: 'gone', permits: ['trash'] }],
      });
      await put('Could you, today');
      assert.deepEqual(await flags(), ['$important \\Flagged']);
      assert.ok((await reasons()).some((one) => /function-unanswered: the function gone failed/.test(one)));
    } finally {
      await endpoint.stop();
      await lambda.stop();
      bundle.remove();
    }
  });

  it('one that fails fails its rule for that message and no other, and is asked again', async () => {
    let isDown = true;
    let asked = 0;
    const flaky: RuleFunction = async () => {
      asked += 1;
      if (isDown) throw new Error('down');
      return { matches: true };
    };
    await start(
      new Map([['flaky', flaky]]),
      {
        conditions: { function: { name: 'flaky' } },
        actions: [{ type: 'flag' }, { type: 'copy', mailbox: { role: 'archive' } }],
      },
      { sequence: 200, actions: [{ type: 'addKeywords', keywords: ['seen-by-others'] }] },
    );
    await put('Hello');
    assert.deepEqual(await flags(), ['seen-by-others']);
    assert.ok(
      (await reasons()).some((one) => /function-unanswered: the function flaky failed; it is asked again/.test(one)),
    );
    yard.clock.skewMs += 61_000;
    await checkUntilQuiet(yard, ref);
    assert.deepEqual([asked, await flags()], [2, ['seen-by-others']]);
    isDown = false;
    yard.clock.skewMs += 121_000;
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await flags(), ['\\Flagged seen-by-others']);
    assert.equal((await oracle.listMessages(user, 'Archive')).length, 1);
    yard.clock.skewMs += 3_600_000;
    await checkUntilQuiet(yard, ref);
    assert.deepEqual([asked, (await oracle.listMessages(user, 'Archive')).length], [3, 1]);
  });

  it('it is given what the rule names, and does nothing that the rule does not permit', async () => {
    const questions: FunctionQuestion[] = [];
    const greedy: RuleFunction = async (question) => {
      questions.push(question);
      return { actions: [{ type: 'flag' }, { type: 'trash' }] };
    };
    const action = { type: 'function', name: 'greedy', headers: ['Subject'], input: 'x', permits: ['flag'] };
    await start(new Map([['greedy', greedy]]), { actions: [action] });
    await put('Hello', 'Secret body');
    assert.deepEqual(await flags(), ['']);
    assert.ok((await reasons()).some((one) => /function-refused: it answered trash/.test(one)));
    assert.deepEqual(questions[0]?.message.headers, [['subject', 'Hello']]);
    assert.ok(!JSON.stringify(questions).includes('Secret body'));
    assert.equal(questions[0]?.input, 'x');
  });

  it('a rule that calls what is not there is refused on save', async () => {
    const input = parseRule({ name: 'x', ...asRule });
    const deps = { ...yard.deps, functionNames: ['other'] };
    await assert.rejects(
      createRule(deps, { tenant: ref.tenant, id: 'x', input }),
      (error) => isMailyardError(error, 'validation.failed') && error.fields[0]?.pointer === '/conditions/function',
    );
  });
});
