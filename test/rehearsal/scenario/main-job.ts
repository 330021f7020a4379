/** The main job through the HTTP API alone: account, rule, mail, the schedule, the mail filed, the activity. */
import assert from 'node:assert/strict';
import { letter } from '../../support/mail.ts';
import { type Act, count, minute, PASSWORD, subjectsIn, USER } from './stage.ts';

export const INVOICES = {
  name: 'Invoices',
  conditions: { subject: 'invoice' },
  actions: [{ type: 'move', mailbox: { role: 'archive' } }],
};

export const MAIN_JOB: readonly Act[] = [
  {
    title: 'the door: open pages without a token, nothing else',
    play: async (stage) => {
      const { stranger, cloud } = stage;
      await stranger.expect(200, 'GET', '/openapi.json');
      await stranger.expect(401, 'GET', '/v1/accounts');
      await stranger.expect(404, 'GET', '/v2/accounts');
      assert.equal((await stranger.call('OPTIONS', '/v1/rules')).status, 204);
      for (const claims of [{ client_id: 'another' }, { iss: 'https://elsewhere.example' }, { exp: 1 }]) {
        const authorization = `Bearer ${await cloud.users.token({ sub: 'person', ...claims })}`;
        await stranger.expect(401, 'GET', '/v1/accounts', undefined, { authorization });
        count(stage, 'tokens refused');
      }
    },
  },
  {
    title: 'an account is added after a live login',
    play: async ({ person, server }) => {
      const account = { host: server.host, port: server.port, user: USER, tls: 'implicit', ca: server.ca };
      const key = { 'idempotency-key': 'account' };
      const wrong = await person.call('POST', '/v1/accounts', { ...account, password: 'wrong-password' });
      assert.ok(wrong.status >= 400 && wrong.status < 500, `${wrong.status}`);
      const body = await person.expect(201, 'POST', '/v1/accounts', { ...account, password: PASSWORD }, key);
      assert.equal(typeof body['id'], 'string');
    },
  },
  {
    title: 'a rule is added, once however often it is sent',
    play: async ({ person }) => {
      const key = { 'idempotency-key': 'rule' };
      const first = await person.expect(201, 'POST', '/v1/rules', INVOICES, key);
      assert.deepEqual(await person.expect(201, 'POST', '/v1/rules', INVOICES, key), first);
    },
  },
  {
    title: 'mail is filed when the schedule ticks, and the activity shows it',
    play: async (stage) => {
      await minute(stage);
      await stage.oracle.deliver(USER, 'INBOX', letter({ subject: 'Invoice 12' }));
      await stage.oracle.deliver(USER, 'INBOX', letter({ subject: 'Lunch?' }));
      await minute(stage);
      assert.deepEqual([await subjectsIn(stage, 'INBOX'), await subjectsIn(stage, 'Archive')], [1, 1]);
      count(stage, 'messages filed');
      const id = await accountId(stage);
      const activity = await stage.person.expect(200, 'GET', `/v1/accounts/${id}/activity`);
      assert.match(JSON.stringify(activity), /"Invoices"/);
    },
  },
];

export const accountId = async ({ person }: Parameters<Act['play']>[0]): Promise<string> => {
  const { accounts } = (await person.expect(200, 'GET', '/v1/accounts')) as { accounts: { id: string }[] };
  return accounts[0]?.id ?? '';
};
