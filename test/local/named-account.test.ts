import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ensureAccount, type Wanted } from '../../local/named-account.ts';
import { TENANT } from '../../local/service.ts';
import { isMailyardError } from '../../shared/errors.ts';
import { listAccounts, readAccount } from '../../shared/store/accounts.ts';
import { deleteHead, readHead } from '../../shared/store/head.ts';
import type { PasswordCredential } from '../../shared/vault/credential.ts';
import { allItems } from '../api/api-under-test.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { startYard, type Yard } from '../support/yard.ts';

describe('the account named on the command line', () => {
  let server: Dovecot;
  let yard: Yard;
  let id: string;
  let asked = 0;

  before(async () => {
    server = await startDovecot();
    yard = await startYard();
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const wanted = (more: Partial<Wanted> = {}, password = server.users['alice']): Wanted => ({
    server: { host: 'localhost', port: server.port, tls: 'implicit', user: 'alice', ca: server.ca },
    name: 'alice',
    address: 'alice@localhost',
    applyToExisting: false,
    password: async () => {
      asked += 1;
      return password;
    },
    newPassword: false,
    ...more,
  });
  const passwordKept = async (): Promise<string> => {
    const account = await readAccount(yard.deps.table, TENANT, id);
    const binding = { tenant: TENANT, accountId: id };
    return (await yard.deps.vault.open<PasswordCredential>(account?.credential ?? '', binding)).password;
  };

  it('is not added where its login fails', async () => {
    await assert.rejects(ensureAccount(yard.deps, wanted({}, 'wrong')), (error) =>
      isMailyardError(error, 'imap.auth-failed'),
    );
    assert.deepEqual(await allItems(yard.deps.table), []);
  });

  it('is added at the first start, its password asked for once', async () => {
    asked = 0;
    id = await ensureAccount(yard.deps, wanted());
    assert.equal(asked, 1);
    assert.equal((await readHead(yard.deps.table, { tenant: TENANT, accountId: id }))?.state, 'active');
    assert.equal(await passwordKept(), 'alice-password');
  });

  it('is found again at the next: nothing is asked and nothing written', async () => {
    asked = 0;
    const before = await allItems(yard.deps.table);
    assert.equal(await ensureAccount(yard.deps, wanted()), id);
    assert.equal(asked, 0);
    assert.deepEqual(await allItems(yard.deps.table), before);
  });

  it('takes another port and CA without asking, and tells the workers', async () => {
    const version = async () => (await readHead(yard.deps.table, { tenant: TENANT, accountId: id }))?.configVersion;
    const before = await version();
    const { ca: _ca, ...withoutCa } = wanted().server;
    assert.equal(await ensureAccount(yard.deps, wanted({ server: { ...withoutCa, port: 1 } })), id);
    assert.equal(asked, 0);
    const account = await readAccount(yard.deps.table, TENANT, id);
    assert.deepEqual([account?.port, account?.ca, account?.revision], [1, undefined, 2]);
    assert.equal(await version(), (before ?? 0) + 1);
    assert.equal(await passwordKept(), 'alice-password');
  });

  it('takes another password where one is given anew', async () => {
    await ensureAccount(yard.deps, wanted({ newPassword: true }, 'another'));
    assert.equal(await passwordKept(), 'another');
    assert.equal((await listAccounts(yard.deps.table, TENANT)).length, 1);
  });

  it('is another account for another user', async () => {
    const bob = wanted({ server: { ...wanted().server, user: 'bob' } }, server.users['bob']);
    assert.notEqual(await ensureAccount(yard.deps, bob), id);
  });

  it('is added to its end where the first start was cut off', async () => {
    await deleteHead(yard.deps.table, { tenant: TENANT, accountId: id });
    assert.equal(await ensureAccount(yard.deps, wanted()), id);
    assert.equal((await readHead(yard.deps.table, { tenant: TENANT, accountId: id }))?.state, 'active');
  });
});
