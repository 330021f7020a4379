/** Logins that are refused and servers that go away: told once, tried no more than is wise, and over when they are over. */
import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import type { CheckReport } from '../../shared/service/check-account.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import { raiseConfig } from '../../shared/service/raise-config.ts';
import { readAccount, replaceAccount } from '../../shared/store/accounts.ts';
import { type AccountRef, type Head, readHead } from '../../shared/store/head.ts';
import { allPollGroups } from '../../shared/sync/due.ts';
import { type ByteSniffer, type Played, startSniffer } from '../support/byte-sniffer.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { type Faults, faultsOn } from '../support/faults.ts';
import { freePort } from '../support/free-port.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

let server: Dovecot;
let oracle: DovecotOracle;
let yard: Yard;
let faults: Faults;

before(async () => {
  server = await startDovecot({
    users: Object.fromEntries(['right', 'wrong', 'refused', 'silent', 'dying'].map((user) => [user, `${user}-secret`])),
    extra: 'auth_verbose = yes\n',
  });
  oracle = dovecotOracle(server);
  yard = await startYard();
  faults = faultsOn(yard.deps.table);
});
after(async () => {
  await yard?.stop();
  await server?.stop();
});

const headOf = async (ref: AccountRef): Promise<Head> => {
  const head = await readHead(yard.deps.table, ref);
  assert.ok(head !== undefined);
  return head;
};

const checkOnce = async (ref: AccountRef): Promise<CheckReport | undefined> => (await yard.check(ref))[0];

/** As the timer does it: what the dispatcher finds due is checked. */
const scheduledCheck = async (): Promise<CheckReport[]> => {
  const from = yard.sent.length;
  await dispatchChecks(yard.deps, Math.floor(yard.deps.now() / 1_000), allPollGroups(LIMITS));
  const cache = configCache(yard.deps);
  const reports = await Promise.all(yard.sent.slice(from).map((message) => checkAccounts(yard.deps, cache, message)));
  return reports.flat();
};

/** The writes that `act` costs. */
const writesOf = async (act: () => Promise<unknown>): Promise<number> => {
  let writes = 0;
  faults.set({
    before: ({ command }) => {
      if (/^(Put|Update|Delete|BatchWrite|TransactWrite)/.test(command)) writes += 1;
    },
  });
  await act();
  faults.clear();
  return writes;
};

describe('a password that is refused', () => {
  let ref: AccountRef;
  let pollGroup: string | undefined;
  const attempts = (): number => server.log().match(/passwd-file\(wrong,.*Password mismatch/gi)?.length ?? 0;

  before(async () => {
    ref = await yard.addAccount(server, 'wrong', { password: 'no longer right' });
    ({ pollGroup } = await headOf(ref));
  });

  it('is told, and the account waits for its owner', async () => {
    assert.deepEqual(await scheduledCheck(), [{ ref, outcome: 'failed', code: 'imap.auth-failed' }]);
    const head = await headOf(ref);
    assert.equal(head.state, 'reconnectNeeded');
    assert.equal(head.failure?.code, 'imap.auth-failed');
    assert.equal(attempts(), 1);
  });

  it('is not tried again by the schedule, nor by a check that was on its way', async () => {
    for (let tick = 0; tick < 3; tick += 1) assert.deepEqual(await scheduledCheck(), []);
    const message = { accounts: [ref], tickSeconds: Math.floor(yard.deps.now() / 1_000), pollSeconds: 60 };
    const [report] = await checkAccounts(yard.deps, configCache(yard.deps), message);
    assert.equal(report?.outcome, 'left');
    assert.equal(attempts(), 1);
  });

  it('is tried when the owner asks, and told no second time', async () => {
    assert.equal(await writesOf(() => checkOnce(ref)), 0);
    assert.equal(attempts(), 2);
    assert.equal((await headOf(ref)).failure?.count, 1);
  });

  it('is forgotten once it is put right', async () => {
    const account = await readAccount(yard.deps.table, ref.tenant, ref.accountId);
    assert.ok(account !== undefined);
    const credential = await yard.deps.sealer.seal({ kind: 'password', password: 'wrong-secret' }, ref);
    const changed = { ...account, credential, revision: account.revision + 1 };
    assert.ok(await replaceAccount(yard.deps.table, changed, { credential: 'new' }));
    await raiseConfig(yard.deps, ref.tenant, [ref.accountId]);
    assert.equal((await checkOnce(ref))?.outcome, 'synced');
    const head = await headOf(ref);
    assert.deepEqual([head.state, head.failure, head.pollGroup], ['active', undefined, pollGroup]);
    assert.deepEqual(
      (await scheduledCheck()).map(({ ref: { accountId }, outcome }) => [accountId, outcome]),
      [[ref.accountId, 'quiet']],
    );
    assert.equal(attempts(), 2);
  });
});

describe('a server that is gone', () => {
  /** The same trouble twice is one write, and well again is well again. */
  const failsOnce = async (ref: AccountRef, code: string): Promise<void> => {
    assert.deepEqual(await checkOnce(ref), { ref, outcome: 'failed', code });
    const { failure, state, pollGroup } = await headOf(ref);
    assert.deepEqual([failure?.code, failure?.count, state], [code, 1, 'active']);
    assert.ok(pollGroup !== undefined, 'it is looked at again by itself');
    assert.equal(await writesOf(() => checkOnce(ref)), 0);
    assert.deepEqual((await headOf(ref)).failure, failure);
  };
  const recovers = async (ref: AccountRef): Promise<void> => {
    await checkUntilQuiet(yard, ref);
    const { failure, leaseUntil, openJournal } = await headOf(ref);
    assert.deepEqual([failure, leaseUntil, openJournal], [undefined, 0, undefined]);
    assert.equal(await writesOf(() => checkOnce(ref)), 0);
  };

  const proxyTo = async (t: TestContext, behind: number | Played, port = 0): Promise<ByteSniffer> => {
    const proxy = await startSniffer(behind, { port });
    t.after(() => proxy.stop());
    return proxy;
  };

  it('refusing the connection: told once, and over with it', async (t) => {
    const port = await freePort();
    const ref = await yard.addAccount({ ...server, port }, 'refused');
    await failsOnce(ref, 'imap.unreachable');
    await proxyTo(t, server.port, port);
    await recovers(ref);
  });

  it('taking the connection and saying nothing: given up at the deadline', async (t) => {
    const mute = await startSniffer(() => undefined);
    const ref = await yard.addAccount({ ...server, port: mute.port }, 'silent');
    const endsAt = yard.deps.now() + 500;
    const hurried = { ...yard.deps, deadline: () => endsAt };
    const startedAt = Date.now();
    const message = { accounts: [ref], tickSeconds: Math.floor(endsAt / 1_000), pollSeconds: 60 };
    const [report] = await checkAccounts(hurried, configCache(hurried), message);
    assert.deepEqual(report, { ref, outcome: 'failed', code: 'deadline.reached' });
    assert.ok(Date.now() - startedAt < 8_000);
    await mute.stop();
    await proxyTo(t, server.port, mute.port);
    await recovers(ref);
  });

  it('dying in the middle of a run: what was decided is done once by the next', async (t) => {
    const proxy = await proxyTo(t, server.port);
    const ref = await yard.addAccount({ ...server, port: proxy.port }, 'dying');
    await yard.addRule(ref, {
      name: 'Invoices',
      accountIds: [ref.accountId],
      conditions: { subject: 'invoice' },
      actions: [
        { type: 'flag' },
        { type: 'copy', mailbox: { role: 'archive' } },
        { type: 'createDraft', text: 'Paid.' },
      ],
    });
    await checkUntilQuiet(yard, ref);
    await oracle.deliver('dying', 'INBOX', letter({ subject: 'Invoice 1' }));
    faults.set({
      after: ({ input }) => {
        if (String(input['UpdateExpression']).includes('openJournal')) proxy.cut();
      },
    });
    assert.deepEqual(await checkOnce(ref), { ref, outcome: 'failed', code: 'imap.connection-lost' });
    faults.clear();
    const { failure, leaseUntil, openJournal } = await headOf(ref);
    assert.deepEqual([failure?.code, failure?.count, leaseUntil], ['imap.connection-lost', 1, 0]);
    assert.ok(openJournal !== undefined, 'the journal waits to be finished');

    const { effects } = await checkUntilQuiet(yard, ref);
    assert.deepEqual(effects, { move: 0, copy: 1, flag: 1, draft: 1 });
    assert.equal((await headOf(ref)).failure, undefined);
    for (const mailbox of ['INBOX', 'Archive', 'Drafts']) {
      const held = await oracle.listMessages('dying', mailbox);
      assert.equal(held.length, 1, mailbox);
      assert.deepEqual(await mirrorOf(yard, ref, mailbox), held, mailbox);
    }
  });
});
