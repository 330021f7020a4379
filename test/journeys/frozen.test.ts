/** A worker that is frozen over any of its database calls until another has taken the account over, and then goes on. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { CURSOR_PREFIX } from '../../shared/store/keys.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { type Faults, faultsOn } from '../support/faults.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const CALLS_MAX = 60;

const RULES = [
  {
    name: 'Invoices',
    conditions: { subject: 'invoice' },
    actions: [{ type: 'markSeen' }, { type: 'move', mailbox: { path: 'Bills' }, create: true }],
  },
  {
    name: 'Boss',
    mailboxes: [{ role: 'inbox' }, { role: 'archive' }, { path: 'Bills' }],
    conditions: { from: 'boss@' },
    actions: [{ type: 'flag' }, { type: 'copy', mailbox: { role: 'archive' } }],
  },
  { name: 'Questions', conditions: { from: 'carol' }, actions: [{ type: 'createDraft', text: 'Thank you.' }] },
];

describe('a worker that is frozen while another takes the account over', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let faults: Faults;

  before(async () => {
    server = await startDovecot({
      users: Object.fromEntries(Array.from({ length: CALLS_MAX }, (_, i) => [`user${i + 1}`, 'secret'])),
    });
    oracle = dovecotOracle(server);
    yard = await startYard();
    faults = faultsOn(yard.deps.table);
    for (const rule of RULES) await yard.addRule({ tenant: 'tenant-1', accountId: '' }, rule);
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  /** False when the run ended before its turn to be frozen came. */
  const surviveFreeze = async (at: number): Promise<boolean> => {
    const user = `user${at}`;
    const ref = await yard.addAccount(server, user, { applyToExisting: true });
    await oracle.deliverAll(user, 'INBOX', [
      { source: letter({ subject: 'Invoice 7', from: 'boss@example.com' }) },
      { source: letter({ from: 'boss@example.com' }) },
      { source: letter({ from: 'carol@example.net', body: 'Well?' }) },
    ]);
    let reached = false;
    faults.set({
      after: async ({ n }) => {
        if (n !== at) return;
        reached = true;
        faults.clear();
        yard.clock.skewMs += (LIMITS.leaseSeconds + 1) * 1_000;
        await yard.check(ref);
      },
    });
    await checkByItsOwnClock(ref);
    faults.clear();
    yard.clock.skewMs += (LIMITS.leaseSeconds + 1) * 1_000;
    await checkUntilQuiet(yard, ref);
    await isRight(user, ref, `frozen over call ${at}`);
    return reached;
  };

  /** A worker has until a fixed moment, also when it sleeps past it. */
  const checkByItsOwnClock = async (ref: AccountRef): Promise<void> => {
    const startedAt = yard.deps.now();
    const deps: MailboxDeps = { ...yard.deps, deadline: () => startedAt + LIMITS.runSeconds * 1_000 };
    const tickSeconds = Math.floor(startedAt / 1_000);
    await checkAccounts(deps, configCache(deps), { accounts: [ref], tickSeconds, pollSeconds: 60, byHand: true });
  };

  const isRight = async (user: string, ref: AccountRef, why: string): Promise<void> => {
    const flags = async (mailbox: string) => (await oracle.listMessages(user, mailbox)).map((message) => message.flags);
    assert.deepEqual(await flags('INBOX'), [['\\Flagged'], []], why);
    assert.deepEqual(await flags('Bills'), [['\\Flagged', '\\Seen']], why);
    assert.equal((await flags('Archive')).length, 2, why);
    assert.equal((await flags('Drafts')).length, 1, why);
    for (const mailbox of ['INBOX', 'Bills', 'Archive', 'Drafts']) {
      assert.deepEqual(
        await mirrorOf(yard, ref, mailbox),
        await oracle.listMessages(user, mailbox),
        `${why}: ${mailbox}`,
      );
    }
  };

  it('does nothing twice when it wakes up, whatever it was about to do', async () => {
    let at = 1;
    while (await surviveFreeze(at)) {
      at += 1;
      assert.ok(at < CALLS_MAX, 'the run has an end');
    }
    assert.ok(at > 20, `only ${at} calls were reached`);
  });

  it('does not write of a folder what is no longer so, though no journal names it', async () => {
    const user = `user${CALLS_MAX}`;
    const ref = await yard.addAccount(server, user, { tenant: 'tenant-2' });
    // So many that INBOX and Plans have their cursors on different pages.
    for (let i = 1; i <= 20; i += 1) await oracle.createFolder(user, `A folder of some length, number ${i}`);
    await checkUntilQuiet(yard, ref);
    await oracle.createFolder(user, 'Plans');
    await oracle.deliver(user, 'Plans', letter({ subject: 'A plan' }));
    await checkUntilQuiet(yard, ref);
    await oracle.renameFolder(user, 'Plans', 'Goals');
    let frozen = 0;
    faults.set({
      before: async ({ command, input }) => {
        const sk = (input['Item'] as { sk?: { S?: string } } | undefined)?.sk?.S ?? '';
        if (command !== 'PutItemCommand' || !sk.startsWith(CURSOR_PREFIX)) return;
        frozen += 1;
        faults.clear();
        await oracle.renameFolder(user, 'Goals', 'Plans');
        await oracle.deliver(user, 'INBOX', letter({ subject: 'Something else' }));
        yard.clock.skewMs += (LIMITS.leaseSeconds + 1) * 1_000;
        await checkUntilQuiet(yard, ref);
      },
    });
    await checkByItsOwnClock(ref);
    faults.clear();
    assert.equal(frozen, 1);
    await checkUntilQuiet(yard, ref);
    for (const mailbox of ['Plans', 'Goals']) {
      const there = mailbox === 'Plans' ? await oracle.listMessages(user, mailbox) : [];
      assert.deepEqual(await mirrorOf(yard, ref, mailbox), there, mailbox);
    }
  });
});
