/** A rule is tried out on real mail before it acts: previewed against the live rules, and explained. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AccountRef } from '../../shared/store/head.ts';
import { allItems, type Json, listed } from '../api/api-under-test.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';
import { apiOver, type CallApi } from '../support/yard-api.ts';

describe('rules are tried out', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let api: CallApi;
  let ref: AccountRef;
  let first: string;
  const tenant = 'tenant-1';

  before(async () => {
    server = await startDovecot();
    oracle = dovecotOracle(server);
    yard = await startYard();
    api = apiOver(yard.deps);
    ref = await yard.addAccount(server, 'alice');
    await oracle.createFolder('alice', 'Bills');
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Invoice 1', from: 'shop@example.com' }));
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Lunch?', from: 'Carol <carol@example.net>' }), [
      '\\Seen',
    ]);
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Invoice 2', from: 'news@example.org' }));
    await checkUntilQuiet(yard, ref);
    const rule = await yard.addRule(ref, {
      name: 'Shop',
      sequence: 1,
      conditions: { from: 'shop@' },
      actions: [{ type: 'move', mailbox: { path: 'Bills' } }],
    });
    first = rule.id;
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const preview = async (body: object) => {
    const answer = await api('POST', '/v1/rules/preview', { tenant, body: { accountId: ref.accountId, ...body } });
    assert.equal(answer.status, 200, answer.text);
    return answer;
  };
  const shown = (would: unknown) =>
    (would as readonly Json[]).map(({ action, to, keywordsAdded }) => [action, to ?? keywordsAdded].flat().join(' '));
  const told = (answer: Awaited<ReturnType<typeof preview>>) =>
    listed(answer, 'messages').map(({ subject, difference, before: was, after: is }) => [
      subject,
      difference,
      shown(was),
      shown(is),
    ]);

  it('a new rule among the live ones, effects in sequence, and nothing changes on the server or with us', async () => {
    const before = [await oracle.status('alice', 'INBOX'), await oracle.folders('alice')];
    const items = await allItems(yard.deps.table);
    const answer = await preview({
      rule: {
        name: 'Invoices',
        conditions: { subject: 'invoice', inMailbox: { role: 'inbox' } },
        actions: [{ type: 'markSeen' }, { type: 'move', mailbox: { path: 'Paper' }, create: true }],
      },
    });
    assert.deepEqual(await allItems(yard.deps.table), items);
    assert.deepEqual(told(answer), [
      ['Invoice 1', 'same', ['move Bills'], ['move Bills']],
      ['Lunch?', 'same', [], []],
      ['Invoice 2', 'gained', [], ['store $seen', 'move Paper']],
    ]);
    assert.deepEqual(answer.json['counts'], { gained: 1, lost: 0, changed: 0, same: 2 });
    assert.deepEqual([await oracle.status('alice', 'INBOX'), await oracle.folders('alice')], before);
    assert.equal((await yard.check(ref))[0]?.outcome, 'quiet', 'nor is there anything to be done');
  });

  it('a change to a rule, and its switching off', async () => {
    const rule = { name: 'Shop', sequence: 1, conditions: { from: 'shop@' }, actions: [{ type: 'archive' }] };
    assert.deepEqual(told(await preview({ ruleId: first, rule }))[0], [
      'Invoice 1',
      'changed',
      ['move Bills'],
      ['move Archive'],
    ]);
    const off = await preview({ ruleId: first, rule: { ...rule, mode: 'off' } });
    assert.deepEqual(told(off)[0], ['Invoice 1', 'lost', ['move Bills'], []]);
    const waiting = await preview({ ruleId: first, rule: { ...rule, conditions: { from: 'nobody@' } }, last: 3 });
    assert.deepEqual(waiting.json['counts'], { gained: 0, lost: 1, changed: 0, same: 2 });
  });

  it('only the newest, or those that a search finds', async () => {
    const rule = { name: 'x', conditions: {}, actions: [{ type: 'flag' }] };
    const subjects = async (more: object) =>
      listed(await preview({ rule, ...more }), 'messages').map(({ subject }) => subject);
    assert.deepEqual(await subjects({ last: 1 }), ['Invoice 2']);
    assert.deepEqual(await subjects({ search: { hasKeyword: '$seen' } }), ['Lunch?']);
    assert.deepEqual(
      await subjects({ search: { operator: 'NOT', conditions: [{ hasKeyword: '$seen' }, { from: 'shop' }] } }),
      ['Invoice 2'],
    );
    assert.deepEqual(await subjects({ search: { subject: 'invoice', notKeyword: '$seen' }, last: 1 }), ['Invoice 2']);
    const warned = await preview({ rule });
    assert.deepEqual(
      listed(warned, 'warnings').map(({ code }) => code),
      ['matches-everything'],
    );
    assert.deepEqual([warned.json['lookedAt'], warned.json['more']], [3, false]);
  });

  it('what is wrong is named where it stands in the body', async () => {
    const pointers = async (body: object) => {
      const answer = await api('POST', '/v1/rules/preview', { tenant, body: { accountId: ref.accountId, ...body } });
      assert.equal(answer.status, 422, answer.text);
      return listed(answer, 'errors').map(({ pointer }) => pointer);
    };
    const rule = { name: 'x', conditions: {}, actions: [{ type: 'flag' }] };
    assert.deepEqual(await pointers({ rule: { ...rule, actions: [] } }), ['/rule/actions']);
    assert.deepEqual(await pointers({ rule, search: { form: 'x' } }), ['/search/form']);
    assert.deepEqual(await pointers({ rule, last: 1_000 }), ['/last']);
    const missing = { rule: { ...rule, conditions: { inList: { list: 'none' } } } };
    assert.deepEqual(await pointers(missing), ['/rule/conditions/inList/list']);
    const nobody = await api('POST', '/v1/rules/preview', { tenant, body: { accountId: 'nobody', rule } });
    assert.equal(nobody.status, 404);
    const none = { accountId: ref.accountId, rule, mailbox: { path: 'Nowhere' } };
    assert.equal((await api('POST', '/v1/rules/preview', { tenant, body: none })).status, 404);
  });

  it('a message tells why each rule matches it or does not', async () => {
    const late = await yard.addRule(ref, {
      name: 'Late',
      mode: 'off',
      sequence: 9,
      conditions: { operator: 'OR', conditions: [{ from: 'carol' }, { body: 'secret' }] },
      exceptions: { subject: 'dinner' },
      actions: [{ type: 'flag' }],
    });
    const query = new URLSearchParams({ folder: 'INBOX' }).toString();
    const [newest] = listed(await api('GET', `/v1/accounts/${ref.accountId}/messages`, { tenant, query }), 'messages');
    const shop = listed(await api('GET', `/v1/accounts/${ref.accountId}/messages`, { tenant, query }), 'messages').at(
      -1,
    );
    const explain = (id: unknown, rule?: string) =>
      api('GET', `/v1/accounts/${ref.accountId}/messages/${id}/explain`, {
        tenant,
        ...(rule === undefined ? {} : { query: `rule=${rule}` }),
      });
    const all = await explain(shop?.['id']);
    assert.deepEqual(
      listed(all, 'rules').map(({ ruleName, asked, matched, whyNot }) => [ruleName, asked, matched, whyNot]),
      [
        ['Shop', true, true, undefined],
        ['Late', false, false, 'it is off'],
      ],
    );
    assert.deepEqual(shown(listed(all, 'wouldDo')), ['move Bills']);
    const one = await explain(newest?.['id'], late.id);
    const [{ conditions, ...of } = {}] = listed(one, 'rules');
    assert.deepEqual([of['asked'], of['matched'], listed(one, 'rules').length], [true, false, 1]);
    assert.deepEqual(
      (conditions as unknown as readonly Json[]).map(({ pointer, verdict }) => [pointer, verdict]),
      [
        ['/conditions/conditions/0/from', 'false'],
        ['/conditions/conditions/1/body', 'false'],
      ],
    );
    assert.equal((await explain(newest?.['id'], 'nobody')).status, 404);
    assert.equal((await explain('bm9uZQ')).status, 404);
  });
});
