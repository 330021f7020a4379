/** More mail than one run has room or time for. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import type { CheckReport } from '../../shared/service/check-account.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

describe('more mail than one run takes', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;

  before(async () => {
    server = await startDovecot();
    oracle = dovecotOracle(server);
    yard = await startYard();
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const isLevel = async (ref: AccountRef, user: string, mailboxes: readonly string[]): Promise<void> => {
    for (const mailbox of mailboxes) {
      assert.deepEqual(await mirrorOf(yard, ref, mailbox), await oracle.listMessages(user, mailbox), mailbox);
    }
  };

  it('is seen by the rules once, also where a first sync is cut and a rule watches what another one fills', async () => {
    const ref = await yard.addAccount(server, 'alice', { applyToExisting: true, tenant: 'room' });
    const conditions = { subject: 'invoice' };
    await yard.addRule(ref, {
      name: 'Copy',
      sequence: 1,
      mailboxes: [{ role: 'inbox' }, { path: 'Bills' }],
      conditions,
      actions: [{ type: 'copy', mailbox: { role: 'archive' } }],
    });
    await yard.addRule(ref, {
      name: 'File',
      sequence: 2,
      conditions,
      actions: [{ type: 'move', mailbox: { path: 'Bills' } }],
    });
    await oracle.createFolder('alice', 'Bills');
    await oracle.deliver('alice', 'Bills', letter({ subject: 'invoice' }));
    const many = Array.from({ length: LIMITS.messagesPerRunMax + 100 }, (_, i) => i);
    await oracle.deliverAll(
      'alice',
      'INBOX',
      many.map((i) => ({ source: letter({ subject: i % 100 === 0 ? 'invoice' : 'news' }) })),
    );
    const { effects } = await checkUntilQuiet(yard, ref);
    const invoices = many.length / 100;
    assert.deepEqual(effects, { move: invoices, copy: invoices + 1, flag: 0, draft: 0 });
    await isLevel(ref, 'alice', ['INBOX', 'Bills', 'Archive']);
  });

  it('is worked off over many runs where each of them runs out of time', async () => {
    const ref = await yard.addAccount(server, 'bob', { tenant: 'time' });
    await yard.addRule(ref, {
      name: 'Questions',
      conditions: { body: 'well?' },
      actions: [{ type: 'flag' }, { type: 'createDraft', text: 'Thank you.' }],
    });
    await checkUntilQuiet(yard, ref);
    const letters = Array.from({ length: 1_200 }, (_, i) => ({
      source: letter({ body: i % 200 === 0 ? 'Well?' : 'Hi.' }),
    }));
    await oracle.deliverAll('bob', 'INBOX', letters);
    let rounds = 0;
    while ((await checkSlowly(ref))?.outcome !== 'quiet') {
      rounds += 1;
      assert.ok(rounds < 40, 'the account comes to rest');
    }
    assert.ok(rounds > 3, `${rounds} runs were enough`);
    assert.equal((await oracle.listMessages('bob', 'Drafts')).length, 6);
    await isLevel(ref, 'bob', ['INBOX', 'Drafts']);
  });

  let later = 0;

  /** A worker for whom twelve seconds pass whenever it looks at the clock. */
  const checkSlowly = async (ref: AccountRef): Promise<CheckReport | undefined> => {
    // A draft that may have been sent is waited for, so that time has to go on between two runs.
    later += (LIMITS.resendGraceSeconds + 60) * 1_000;
    let time = yard.deps.now() + later;
    const endsAt = time + LIMITS.runSeconds * 1_000;
    const now = () => {
      time += 12_000;
      return time;
    };
    const deps: MailboxDeps = { ...yard.deps, now, deadline: () => endsAt };
    const message = { accounts: [ref], tickSeconds: Math.floor(time / 1_000), pollSeconds: 60, byHand: true };
    const [report] = await checkAccounts(deps, configCache(deps), message);
    return report;
  };
});
