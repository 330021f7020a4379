/** The first sync of many folders: in bulk, in pieces, cut off anywhere, it ends with the mirror equal to the server. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { getAccount } from '../../shared/service/manage-accounts.ts';
import { readCursorPages } from '../../shared/store/cursors.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import { seedProgress } from '../../shared/sync/seed-plan.ts';
import { startSniffer } from '../support/byte-sniffer.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { type Faults, faultsOn, Killed, killAt } from '../support/faults.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const FOLDERS = ['INBOX', 'Archive', 'Größe & Maß', 'a "quoted" one'];

describe('the first sync of an account with many folders', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let faults: Faults;
  const users = Array.from({ length: 40 }, (_, i) => `user${i}`);
  let next = 0;

  before(async () => {
    server = await startDovecot({ users: Object.fromEntries(users.map((user) => [user, 'secret'])) });
    oracle = dovecotOracle(server);
    yard = await startYard();
    faults = faultsOn(yard.deps.table);
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const fill = async (): Promise<{ user: string; ref: AccountRef }> => {
    const user = users[next] ?? '';
    next += 1;
    for (const folder of FOLDERS.slice(2)) await oracle.createFolder(user, folder);
    for (const [i, folder] of FOLDERS.entries()) {
      const messages = Array.from({ length: 3 + i }, (_, n) => ({
        source: letter({ subject: `${folder} ${n}` }),
        flags: n % 2 === 0 ? ['\\Seen'] : ['\\Flagged', '$label1'],
      }));
      await oracle.deliverAll(user, folder, messages);
    }
    return { user, ref: await yard.addAccount(server, user) };
  };
  const isMirrored = async (user: string, ref: AccountRef, why = ''): Promise<void> => {
    for (const folder of FOLDERS) {
      assert.deepEqual(await mirrorOf(yard, ref, folder), await oracle.listMessages(user, folder), `${folder} ${why}`);
    }
  };

  it('mirrors all of them in one run', async () => {
    const { user, ref } = await fill();
    const [report] = await yard.check(ref);
    assert.equal(report?.outcome, 'synced');
    await isMirrored(user, ref);
    assert.notEqual((await readHead(yard.deps.table, ref))?.firstSyncAt, undefined);
    assert.equal((await checkUntilQuiet(yard, ref)).rounds, 1);
  });

  it('asks no rule about any of it', async () => {
    const { user, ref } = await fill();
    await yard.addRule(ref, { name: 'All', accountIds: [ref.accountId], conditions: {}, actions: [{ type: 'flag' }] });
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.equal(effects.flag, 0);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'News' }));
    assert.equal((await checkUntilQuiet(yard, ref)).effects.flag, 1);
    await isMirrored(user, ref);
  });

  it('ends right when the worker is killed at any of its database calls', async () => {
    for (let at = 2; ; at += 1) {
      const { user, ref } = await fill();
      faults.set(killAt(at, at % 2 === 0 ? 'before' : 'after'));
      await yard.check(ref).catch((error: unknown) => assert.ok(error instanceof Killed, String(error)));
      const reached = faults.calls() >= at;
      faults.clear();
      yard.clock.skewMs += (LIMITS.leaseSeconds + 1) * 1_000;
      await checkUntilQuiet(yard, ref);
      await isMirrored(user, ref, `killed at ${at}`);
      if (!reached) break;
      assert.ok(at < 30, 'the run has an end');
    }
  });

  it('goes on from where its time was over, and tells how far it is', async () => {
    const { user, ref } = await fill();
    // The time is over once the first folder is through.
    const endsAt = yard.deps.now() + 60_000;
    faults.set({
      after: ({ input }) => {
        if (String(input['UpdateExpression']).includes('openJournal = :run')) yard.clock.skewMs += 61_000;
      },
    });
    const message = {
      accounts: [ref],
      tickSeconds: Math.floor(yard.deps.now() / 1_000),
      pollSeconds: 60,
      byHand: true,
    };
    await checkAccounts({ ...yard.deps, deadline: () => endsAt }, configCache(yard.deps), message);
    faults.clear();
    const half = await getAccount(yard.deps, { tenant: ref.tenant, id: ref.accountId });
    assert.ok(half.firstSync !== undefined && half.firstSync.messagesDone < half.firstSync.messagesTotal);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Meanwhile' }));
    await oracle.setFlags(user, 'Archive', 1, ['\\Answered']);
    await oracle.expunge(user, 'Größe & Maß', 1);
    await checkUntilQuiet(yard, ref);
    await isMirrored(user, ref);
    const cursors = (await readCursorPages(yard.deps.table, ref)).flatMap(({ folders }) => folders);
    const { done, total } = seedProgress(cursors);
    assert.equal(done, total);
    assert.equal((await getAccount(yard.deps, { tenant: ref.tenant, id: ref.accountId })).firstSync, undefined);
  });

  it('stops in the middle of what a slow server sends, and has not failed unless nothing came', async () => {
    const user = users[next] ?? '';
    next += 1;
    // So many that they are listed in bulk.
    const big = Array.from({ length: LIMITS.seedMessagesMin }, () => ({ source: 'Subject: x\r\n\r\nx\r\n' }));
    await oracle.deliverAll(user, 'INBOX', big.slice(0, 5));
    await oracle.deliverAll(user, 'Sent', big);
    let held: number | undefined;
    // Holds back all but so many bytes from the moment on when the listing may begin.
    const line = await startSniffer(server.port, {
      rewrite: (bytes) => {
        if (held === undefined) return bytes;
        const passed = bytes.subarray(0, held);
        held -= passed.length;
        return passed;
      },
    });
    try {
      const ref = await yard.addAccount({ ...server, port: line.port }, user);
      for (const [bytes, outcome] of [
        [0, 'failed'],
        // More than a record of TLS (16 KB), of which a part is nothing, and less than the listing.
        [20_000, 'synced'],
      ] as const) {
        // Time begins to be short where the listing begins: how long the machine took until then is not what is asked here.
        let endsAt = yard.deps.now() + 60_000;
        faults.set({
          after: ({ input }) => {
            if (!String(input['UpdateExpression']).includes('openJournal = :run')) return;
            held = bytes;
            endsAt = yard.deps.now() + 3_000;
          },
        });
        const deps = { ...yard.deps, deadline: () => endsAt };
        const tickSeconds = Math.floor(yard.deps.now() / 1_000);
        const message = { accounts: [ref], tickSeconds, pollSeconds: 60, byHand: true };
        const [report] = await checkAccounts(deps, configCache(deps), message);
        faults.clear();
        held = undefined;
        assert.equal(report?.outcome, outcome, JSON.stringify(report));
        const head = await readHead(yard.deps.table, ref);
        assert.equal(head?.failure?.code, outcome === 'failed' ? 'deadline.reached' : undefined);
        assert.equal(head?.firstSyncAt, undefined);
        if (report?.outcome === 'synced') assert.equal(report.sync.more, true);
      }
      await checkUntilQuiet(yard, ref);
      for (const folder of ['INBOX', 'Sent'])
        assert.deepEqual(await mirrorOf(yard, ref, folder), await oracle.listMessages(user, folder), folder);
    } finally {
      await line.stop();
    }
  });
});
