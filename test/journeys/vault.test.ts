/** The vault's keys change under running accounts, and sealed credentials are put where they do not belong. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import { openCredential } from '../../shared/service/open-credential.ts';
import { type Account, readAccount, replaceAccount } from '../../shared/store/accounts.ts';
import { type AccountRef, raiseConfigVersion } from '../../shared/store/head.ts';
import { type KeyRing, keyOf, publicOf, withNewKey } from '../../shared/vault/key-ring.ts';
import { vaultOf } from '../../shared/vault/vault.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { faultsOn } from '../support/faults.ts';
import { startYard, type Yard } from '../support/yard.ts';

let server: Dovecot;
let yard: Yard;
let deps: MailboxDeps;
let ring: KeyRing;
before(async () => {
  [server, yard] = await Promise.all([startDovecot(), startYard()]);
  ring = await withNewKey([], 1);
  const vault = vaultOf({
    publicKey: async () => publicOf(ring),
    privateKey: async (kid) => keyOf(ring, kid) ?? Promise.reject(new Error('no such key')),
  });
  deps = { ...yard.deps, vault, sealer: vault };
});
after(async () => {
  await yard?.stop();
  await server?.stop();
});

const accountOf = async ({ tenant, accountId }: AccountRef): Promise<Account> => {
  const account = await readAccount(deps.table, tenant, accountId);
  assert.ok(account !== undefined);
  return account;
};
/** As a warm worker that has just read its settings anew. */
const check = async (ref: AccountRef): Promise<string> => {
  const message = { accounts: [ref], tickSeconds: Math.floor(deps.now() / 1_000), pollSeconds: 60, byHand: true };
  const [report] = await checkAccounts(deps, configCache(deps), message);
  return report?.outcome === 'failed' ? report.code : (report?.outcome ?? 'nothing');
};
const added = async (user: 'alice' | 'bob'): Promise<AccountRef> => {
  const ref = await yard.addAccount(server, user);
  const sealed = await deps.vault.seal({ kind: 'password', password: `${user}-password` }, ref);
  await put(ref, sealed);
  return ref;
};
const put = async (ref: AccountRef, credential: string): Promise<void> => {
  const account = await accountOf(ref);
  const changed = { ...account, credential, revision: account.revision + 1 };
  assert.ok(await replaceAccount(deps.table, changed, { credential: 'new' }));
  await raiseConfigVersion(deps.table, ref);
};

describe('a new vault key', () => {
  it('is sealed under as accounts are opened, once, and their owners see no new revision', async () => {
    const ref = await added('alice');
    assert.equal(await check(ref), 'synced');
    const before = await accountOf(ref);
    assert.equal(await check(ref), 'quiet');
    assert.equal((await accountOf(ref)).credential, before.credential);

    ring = await withNewKey(ring, 2);
    assert.equal(await check(ref), 'quiet');
    const { credential, ...rest } = await accountOf(ref);
    const { credential: old, ...restBefore } = before;
    assert.notEqual(credential, old);
    assert.deepEqual(rest, restBefore);
    assert.equal(await deps.vault.isCurrent(credential), true);
    assert.equal(await check(ref), 'quiet');
    assert.equal((await accountOf(ref)).credential, credential);

    // With the old key gone for good, the account goes on.
    ring = [ring[0]];
    assert.equal(await check(ref), 'quiet');
    await assert.rejects(deps.vault.open(old, ref), { code: 'vault.cannot-open' });
  });

  it('does not undo a password that its owner changes in the same moment', async () => {
    const ref = await added('bob');
    ring = await withNewKey(ring, 3);
    const stale = await accountOf(ref);
    const fresh = await deps.vault.seal({ kind: 'password', password: 'changed meanwhile' }, ref);
    const faults = faultsOn(deps.table);
    let interfered = false;
    faults.set({
      before: async ({ input }) => {
        if (interfered || input['UpdateExpression'] !== 'SET credential = :sealed') return;
        interfered = true;
        await put(ref, fresh);
      },
    });
    assert.deepEqual(await openCredential(deps, stale), { kind: 'password', password: 'bob-password' });
    faults.clear();
    assert.ok(interfered);
    assert.equal((await accountOf(ref)).credential, fresh);
  });

  it('nor are settings that were read before it written over it', async () => {
    const ref = await added('alice');
    const stale = await accountOf(ref);
    ring = await withNewKey(ring, 4);
    await openCredential(deps, stale);
    const renamed = { ...stale, name: 'renamed', revision: stale.revision + 1 };
    assert.equal(await replaceAccount(deps.table, renamed), false);
    const now = await accountOf(ref);
    assert.equal(await replaceAccount(deps.table, { ...now, name: 'renamed', revision: now.revision + 1 }), true);
    assert.equal(await deps.vault.isCurrent((await accountOf(ref)).credential), true);
  });
});

describe('sealed credentials that were swapped', () => {
  it('open neither account, though both are of one tenant and one server', async () => {
    const [alice, bob] = [await added('alice'), await added('bob')];
    const [hers, his] = [(await accountOf(alice)).credential, (await accountOf(bob)).credential];
    await put(alice, his);
    await put(bob, hers);
    assert.deepEqual([await check(alice), await check(bob)], ['vault.cannot-open', 'vault.cannot-open']);
    await put(alice, hers);
    await put(bob, his);
    assert.deepEqual([await check(alice), await check(bob)], ['synced', 'synced']);
  });
});
