/** Two tenants with accounts on the same server: neither's rules touch the other's mail, and neither sees anything of the other. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Route } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { type Answered, listed } from '../api/api-under-test.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle, type HeldMessage } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';
import { apiOver, type CallApi } from '../support/yard-api.ts';

type Tenant = {
  readonly name: string;
  readonly user: string;
  /** Stands in the tenant's mail and rules, and must stand nowhere in the other's answers. */
  readonly mark: string;
  readonly rule: object;
  accountId: string;
  ruleId: string;
};

const ACME: Tenant = {
  name: 'acme',
  user: 'alice',
  mark: 'Kestrel',
  rule: {
    name: 'Kestrel files',
    conditions: { subject: 'invoice' },
    actions: [{ type: 'move', mailbox: { path: 'Kestrel bills' }, create: true }],
  },
  accountId: '',
  ruleId: '',
};
const GLOBEX: Tenant = {
  name: 'globex',
  user: 'bob',
  mark: 'Osprey',
  rule: {
    name: 'Osprey flags',
    conditions: { subject: 'invoice' },
    actions: [{ type: 'addKeywords', keywords: ['osprey'] }],
  },
  accountId: '',
  ruleId: '',
};
const BOTH = [
  [ACME, GLOBEX],
  [GLOBEX, ACME],
] as const;

describe('two tenants on one server', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let call: CallApi;

  before(async () => {
    server = await startDovecot();
    oracle = dovecotOracle(server);
    yard = await startYard();
    call = apiOver(yard.deps);
    for (const tenant of [ACME, GLOBEX]) {
      const { host, port, ca, users } = server;
      const body = { host, port, ca, user: tenant.user, password: users[tenant.user], name: `${tenant.mark} mail` };
      tenant.accountId = idOf(await as(tenant)('POST', '/v1/accounts', body));
      await checkUntilQuiet(yard, { tenant: tenant.name, accountId: tenant.accountId });
      tenant.ruleId = idOf(await as(tenant)('POST', '/v1/rules', tenant.rule));
    }
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const as =
    ({ name }: Tenant) =>
    (method: string, path: string, body?: unknown, query = '') =>
      call(method, path, {
        tenant: name,
        query,
        headers: { 'If-Match': '*' },
        ...(body === undefined ? {} : { body }),
      });
  const idOf = (answer: Answered): string => {
    assert.equal(answer.status, 201, answer.text);
    return String(answer.json['id']);
  };
  const inboxOf = ({ user }: Tenant): Promise<HeldMessage[]> => oracle.listMessages(user, 'INBOX');

  it('each one’s rules act on their own mail alone', async () => {
    for (const { user, mark } of BOTH.flat())
      await oracle.deliver(user, 'INBOX', letter({ subject: `Invoice ${mark}` }));
    for (const tenant of [ACME, GLOBEX]) {
      assert.equal((await as(tenant)('POST', `/v1/accounts/${tenant.accountId}/sync`)).status, 202);
    }
    const cache = configCache(yard.deps);
    for (const message of yard.sent) {
      for (const report of await checkAccounts(yard.deps, cache, message)) assert.equal(report.outcome, 'synced');
    }
    assert.deepEqual(await inboxOf(ACME), []);
    assert.equal((await oracle.listMessages('alice', 'Kestrel bills')).length, 2);
    assert.deepEqual(
      (await inboxOf(GLOBEX)).map(({ flags }) => flags),
      [['osprey'], ['osprey']],
    );
    assert.ok(!(await oracle.folders('bob')).includes('Kestrel bills'));
  });

  it('one tenant’s rule cannot name the other’s account', async () => {
    const answer = await as(ACME)('POST', '/v1/rules', { ...ACME.rule, accountIds: [GLOBEX.accountId] });
    assert.equal(answer.status, 422);
    assert.ok(!answer.text.includes(GLOBEX.mark));
  });

  for (const [own, other] of BOTH) {
    it(`nothing of ${other.name} is in what ${own.name} is answered`, async () => {
      const lists = ['/v1/accounts', '/v1/rules', `/v1/accounts/${own.accountId}`, `/v1/rules/${own.ruleId}`];
      for (const part of ['folders', 'activity', 'messages']) lists.push(`/v1/accounts/${own.accountId}/${part}`);
      for (const path of lists) {
        const answer = await as(own)('GET', path, undefined, path.endsWith('messages') ? 'folder=INBOX' : '');
        assert.equal(answer.status, 200, answer.text);
        for (const theirs of [other.mark, other.mark.toLowerCase(), other.user, other.accountId, other.ruleId]) {
          assert.ok(!answer.text.includes(theirs), `${path}: ${theirs}`);
        }
      }
      assert.equal(listed(await as(own)('GET', '/v1/accounts'), 'accounts').length, 1);
    });
  }

  it('the other’s ids lead nowhere, whatever is asked, and change nothing', async () => {
    const inbox = await inboxOf(GLOBEX);
    const messages = await as(GLOBEX)('GET', `/v1/accounts/${GLOBEX.accountId}/messages`, undefined, 'folder=INBOX');
    const messageId = String(listed(messages, 'messages')[0]?.['id']);
    const sent = yard.sent.length;
    for (const { method, path, operationId, example } of (ROUTES as readonly Route[]).filter((route) =>
      route.path.includes('{'),
    )) {
      for (const accountId of [GLOBEX.accountId, ACME.accountId]) {
        const url = path
          .replace('{accountId}', accountId)
          .replace('{messageId}', messageId)
          .replace('{ruleId}', GLOBEX.ruleId);
        // Their message under our own account, too; but our own account itself is ours to see.
        if (accountId === ACME.accountId && !path.includes('{messageId}')) continue;
        const query = new URLSearchParams(example?.query).toString();
        const answer = await as(ACME)(method, url, example?.body, query);
        assert.equal(answer.status, 404, `${operationId}: ${answer.text}`);
        assert.ok(!answer.text.includes(GLOBEX.mark));
      }
    }
    assert.deepEqual(await inboxOf(GLOBEX), inbox);
    assert.equal(yard.sent.length, sent);
    assert.equal((await as(GLOBEX)('GET', `/v1/rules/${GLOBEX.ruleId}`)).status, 200);
  });

  it('forgetting one’s account leaves the other’s at work', async () => {
    assert.equal((await as(ACME)('DELETE', `/v1/accounts/${ACME.accountId}`)).status, 204);
    await oracle.deliver('bob', 'INBOX', letter({ subject: 'Invoice three' }));
    const ref = { tenant: GLOBEX.name, accountId: GLOBEX.accountId };
    assert.equal((await checkUntilQuiet(yard, ref)).effects.flag, 1);
    assert.equal((await oracle.listMessages('alice', 'Kestrel bills')).length, 2);
  });
});
