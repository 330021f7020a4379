/** What people do besides: so that each thing a role allows is needed at least once. */
import assert from 'node:assert/strict';
import { LIMITS } from '../../../shared/limits.ts';
import { letter } from '../../support/mail.ts';
import { accountId, INVOICES } from './main-job.ts';
import { type Act, count, minute, type Stage, subjectsIn, USER } from './stage.ts';

/** An address that refuses connections: deliveries wait, and are tried again. */
const HOOK = 'https://127.0.0.1/hook';

const settle = async (stage: Stage): Promise<void> => {
  const { failed } = await stage.cloud.drain();
  assert.equal(failed, 0, 'a message failed');
};

const firstRule = async ({ person }: Stage): Promise<{ id: string; etag: string }> => {
  const { rules } = (await person.expect(200, 'GET', '/v1/rules')) as { rules: { id: string }[] };
  const id = rules[0]?.id ?? '';
  const { headers } = await person.call('GET', `/v1/rules/${id}`);
  return { id, etag: headers.get('etag') ?? '' };
};

export const OTHER_DAYS: readonly Act[] = [
  {
    title: 'a rule is tried out, and applied to mail that was there',
    play: async (stage) => {
      const { person, oracle } = stage;
      const id = await accountId(stage);
      const twice = { name: 'Twice', conditions: { duplicate: true }, actions: [{ type: 'flag' }] };
      await person.expect(200, 'POST', '/v1/rules/preview', { accountId: id, last: 10, rule: twice });
      await oracle.deliver(USER, 'INBOX', letter({ subject: 'Lunch again?' }));
      await minute(stage);
      const lunch = {
        name: 'Lunch',
        conditions: { subject: 'lunch' },
        actions: [{ type: 'move', mailbox: { role: 'archive' } }],
      };
      const rule = await person.expect(201, 'POST', '/v1/rules', lunch);
      const path = `/v1/rules/${String(rule['id'])}/apply`;
      const told = await person.expect(200, 'POST', path, { accountId: id });
      const confirmed = await person.call('POST', path, { accountId: id, token: told['token'] });
      assert.ok(confirmed.status < 300, JSON.stringify(confirmed.body));
      await settle(stage);
      assert.equal(await subjectsIn(stage, 'INBOX'), 0);
      count(stage, 'messages filed', 2);
    },
  },
  {
    title: 'a webhook hears of it, later if need be',
    play: async (stage) => {
      await stage.person.expect(201, 'POST', '/v1/webhooks', {
        url: HOOK,
        events: ['rule.applied', 'message.arrived'],
      });
      await stage.oracle.deliver(USER, 'INBOX', letter({ subject: 'Invoice 14' }));
      await minute(stage);
      await minute(stage);
      count(stage, 'messages filed');
      await stage.person.expect(202, 'POST', `/v1/accounts/${await accountId(stage)}/sync`);
      await settle(stage);
    },
  },
  {
    title: 'the event bus hears of it, from the sync and at the owner’s wish',
    play: async (stage) => {
      const { person, cloud } = stage;
      const made = await person.expect(201, 'POST', '/v1/webhooks', {
        url: 'eventbridge:',
        events: ['rule.applied', 'message.arrived'],
      });
      await stage.oracle.deliver(USER, 'INBOX', letter({ subject: 'Invoice 15' }));
      await minute(stage);
      await minute(stage);
      count(stage, 'messages filed');
      const types = () => cloud.events.map(({ detailType }) => detailType).sort();
      assert.deepEqual(types(), ['message.arrived', 'rule.applied']);
      await person.expect(200, 'POST', `/v1/webhooks/${String(made['id'])}/test`);
      assert.equal(types().length, 3);
      count(stage, 'events on the bus', cloud.events.length);
    },
  },
  {
    title: 'functions start cold, and open what was sealed before',
    play: async (stage) => {
      const { cloud, person, server } = stage;
      await cloud.later(60);
      count(stage, 'cold starts', cloud.sandboxes.size);
      const key = { 'idempotency-key': 'again' };
      const wrong = {
        host: server.host,
        port: server.port,
        user: USER,
        tls: 'implicit',
        ca: server.ca,
        password: 'wrong',
      };
      const refused = await person.call('POST', '/v1/accounts', wrong, key);
      assert.ok(refused.status >= 400 && refused.status < 500, `${refused.status}`);
      await person.expect(201, 'POST', '/v1/rules', { ...INVOICES, name: 'More' }, key);
      const id = await accountId(stage);
      const found = (await person.expect(200, 'POST', `/v1/accounts/${id}/messages/search`, {
        filter: { inMailbox: { role: 'archive' } },
      })) as { messages?: { id: string }[] };
      assert.ok((found.messages?.length ?? 0) > 0, JSON.stringify(found));
      await minute(stage);
    },
  },
  {
    title: 'what is deleted is forgotten, and cleared once more when every worker’s time is over',
    play: async (stage) => {
      const { person, cloud } = stage;
      const rule = await firstRule(stage);
      await person.expect(204, 'DELETE', `/v1/rules/${rule.id}`, undefined, { 'if-match': rule.etag });
      const path = `/v1/accounts/${await accountId(stage)}`;
      const { headers } = await person.call('GET', path);
      await person.expect(204, 'DELETE', path, undefined, { 'if-match': headers.get('etag') ?? '' });
      await minute(stage);
      await cloud.later(LIMITS.leaseSeconds + 60);
      count(stage, 'cold starts', cloud.sandboxes.size);
      await minute(stage);
      const token = await cloud.users.token({ sub: 'person', exp: Math.floor(Date.now() / 1_000) + 7_200 });
      const authorization = `Bearer ${token}`;
      const { accounts } = (await person.expect(200, 'GET', '/v1/accounts', undefined, { authorization })) as {
        accounts: unknown[];
      };
      assert.deepEqual(accounts, []);
    },
  },
];
