import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { addAccount } from '../../shared/service/add-account.ts';
import { deleteAccount } from '../../shared/service/delete-account.ts';
import { getAccount } from '../../shared/service/manage-accounts.ts';
import { readAccount } from '../../shared/store/accounts.ts';
import { dueAccounts } from '../../shared/store/head.ts';
import type { Table } from '../../shared/store/table.ts';
import { duePollGroups } from '../../shared/sync/due.ts';
import { type ApiUnderTest, startApi } from '../api/api-under-test.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';

let api: ApiUnderTest;
let server: Dovecot;
before(async () => {
  [api, server] = await Promise.all([startApi(), startDovecot()]);
});
after(async () => {
  await Promise.all([api.stop(), server.stop()]);
});

const added = (id: string, password = 'alice-password') => ({
  tenant: 'acme',
  id,
  password,
  settings: {
    name: 'Home',
    host: 'localhost',
    port: server.port,
    tls: 'implicit' as const,
    user: 'alice',
    address: 'alice@example.test',
    ca: server.ca,
    pollSeconds: 60,
    applyToExisting: false,
  },
});

/** A table that fails before or after its nth request, as a function that dies there. */
const failingTable = (table: Table, nth: number, when: 'before' | 'after'): Table => {
  let count = 0;
  const client = new Proxy(table.client, {
    get: (target, name) => {
      if (name !== 'send') return Reflect.get(target, name);
      return async (command: Parameters<typeof target.send>[0]) => {
        count += 1;
        if (count === nth && when === 'before') throw new Error('cut off');
        const answer = await target.send(command);
        if (count === nth && when === 'after') throw new Error('cut off');
        return answer;
      };
    },
  });
  return { ...table, client };
};

/** Every account that the dispatcher would find. */
const polled = async (): Promise<string[]> => {
  const groups = new Set(Array.from({ length: 60 }, (_, minute) => duePollGroups(minute * 60, LIMITS)).flat());
  const refs = await Promise.all([...groups].map((group) => dueAccounts(api.table, group)));
  return refs.flat().map(({ accountId }) => accountId);
};

test('cut off anywhere, it leaves nothing that is looked at without settings, and sent again it is whole', async () => {
  let cuts = 0;
  for (const when of ['before', 'after'] as const) {
    for (let nth = 1; ; nth += 1) {
      const id = `cut-${when}-${nth}`;
      const table = failingTable(api.table, nth, when);
      const finished = await addAccount({ ...api.deps, table }, added(id)).then(
        () => true,
        () => false,
      );
      for (const accountId of await polled()) assert.ok(await readAccount(api.table, 'acme', accountId), accountId);
      if (finished) break;
      cuts += 1;
      assert.equal((await addAccount(api.deps, added(id))).state, 'active');
      assert.ok((await polled()).includes(id));
    }
  }
  assert.ok(cuts >= 8);
});

test('an account whose creation was cut off is told as incomplete, and can be deleted', async () => {
  // The third request writes the account: list, put, read the head.
  const table = failingTable(api.table, 2, 'after');
  await assert.rejects(addAccount({ ...api.deps, table }, added('half')), /cut off/);
  assert.equal((await getAccount(api.deps, { tenant: 'acme', id: 'half' })).state, 'incomplete');
  await deleteAccount(api.deps, { tenant: 'acme', id: 'half', revision: [1] });
  await assert.rejects(getAccount(api.deps, { tenant: 'acme', id: 'half' }), { code: 'not-found' });
});

test('with no time left nothing is tried and nothing is written', async () => {
  const before = await api.items();
  const deps = { ...api.deps, deadline: () => Date.now() - 1 };
  await assert.rejects(addAccount(deps, added('late')), { code: 'deadline.reached' });
  assert.deepEqual(await api.items(), before);
});
