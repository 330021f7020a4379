/** A run that did not come to its end: what the next one makes of the journal it left open. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import type { AccountSettings } from '../../shared/store/accounts.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { type DatabaseCall, type Faults, faultsOn, Killed } from '../support/faults.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const FILE = {
  name: 'Invoices',
  conditions: { subject: 'invoice' },
  actions: [{ type: 'move', mailbox: { path: 'Bills' }, create: true }],
};
const COPY = {
  name: 'Boss',
  conditions: { subject: 'boss' },
  actions: [{ type: 'copy', mailbox: { role: 'archive' } }],
};
const DRAFT = {
  name: 'Questions',
  conditions: { from: 'carol' },
  actions: [{ type: 'createDraft', text: 'Thank you.' }],
};

describe('a run that did not come to its end', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let faults: Faults;
  let accounts = 0;

  before(async () => {
    const names = Array.from({ length: 10 }, (_, i) => [`user${i + 1}`, 'secret']);
    server = await startDovecot({
      users: Object.fromEntries(names),
      mailPlugins: 'quota',
      extra: 'plugin {\n  quota = count:User quota\n  quota_vsizes = yes\n  quota_rule = *:messages=6\n}\n',
    });
    oracle = dovecotOracle(server);
    yard = await startYard();
    faults = faultsOn(yard.deps.table);
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const start = async (rules: readonly object[], settings: Partial<AccountSettings> = {}) => {
    accounts += 1;
    const user = `user${accounts}`;
    const ref = await yard.addAccount(server, user, { tenant: `tenant-${accounts}`, ...settings });
    for (const rule of rules) await yard.addRule(ref, rule);
    const isLevel = async (...mailboxes: string[]) => {
      for (const mailbox of mailboxes) {
        assert.deepEqual(await mirrorOf(yard, ref, mailbox), await oracle.listMessages(user, mailbox), mailbox);
      }
    };
    return { user, ref, isLevel };
  };

  /** A check whose worker dies right after the call for which `isIt` holds; its lease has run out then. */
  const dieAfter = async (isIt: (call: DatabaseCall) => boolean, check: () => Promise<unknown>): Promise<void> => {
    let dead = false;
    faults.set({
      before: () => {
        if (dead) throw new Killed();
      },
      after: (call) => {
        dead ||= isIt(call);
        if (dead) throw new Killed();
      },
    });
    await check();
    faults.clear();
    assert.ok(dead, 'the call came');
    yard.clock.skewMs += (LIMITS.leaseSeconds + 1) * 1_000;
  };
  const arms = ({ input }: DatabaseCall) => /SET openJournal/.test(String(input['UpdateExpression']));
  const marksSent = ({ input }: DatabaseCall) =>
    JSON.stringify(input['ExpressionAttributeValues'] ?? '').includes('\\"state\\":\\"sent\\"');

  it('what the server refuses holds up no other message, and is given up in the end', async () => {
    const { user, ref, isLevel } = await start([DRAFT, FILE]);
    await checkUntilQuiet(yard, ref);
    // Six messages are all that the server takes: there is no room for the draft.
    await oracle.deliverAll(user, 'INBOX', [
      ...Array.from({ length: 4 }, () => ({ source: letter() })),
      { source: letter({ from: 'carol@example.net' }) },
      { source: letter({ subject: 'Invoice 7' }) },
    ]);
    const [first] = await yard.check(ref);
    assert.deepEqual(first, { ref, outcome: 'failed', code: 'imap.refused' });
    assert.equal((await oracle.listMessages(user, 'Bills')).length, 1);
    for (let attempt = 2; attempt <= LIMITS.effectAttemptsMax; attempt += 1) await yard.check(ref);
    await checkUntilQuiet(yard, ref);
    assert.equal((await oracle.listMessages(user, 'Drafts')).length, 0);
    await isLevel('INBOX', 'Bills', 'Drafts');
  });

  it('a first sync that decided and died before its mirror was written decides nothing again', async () => {
    const watched = [{ role: 'sent' }, { path: 'Zeta' }];
    const { user, ref, isLevel } = await start([{ ...COPY, mailboxes: watched }], { applyToExisting: true });
    await oracle.createFolder(user, 'Zeta');
    await oracle.deliver(user, 'Zeta', letter({ subject: 'From the boss' }));
    await oracle.deliver(user, 'Sent', letter({ subject: 'To the boss' }));
    await dieAfter(arms, () => yard.check(ref));
    await checkUntilQuiet(yard, ref);
    assert.equal((await oracle.listMessages(user, 'Archive')).length, 2);
    await isLevel('Zeta', 'Sent', 'Archive');
  });

  it('a folder that is made while a journal is finished is known: what arrives there fires', async () => {
    const { user, ref, isLevel } = await start([FILE, { ...COPY, mailboxes: [{ path: 'Bills' }] }]);
    await checkUntilQuiet(yard, ref);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'Invoice 7' }));
    await dieAfter(arms, () => yard.check(ref));
    await yard.check(ref);
    await oracle.deliver(user, 'Bills', letter({ subject: 'From the boss' }));
    await checkUntilQuiet(yard, ref);
    assert.equal((await oracle.listMessages(user, 'Archive')).length, 1);
    await isLevel('INBOX', 'Bills', 'Archive');
  });

  it('a target that was deleted meanwhile ends it after a few attempts, and every message stays', async () => {
    const target = { path: 'Bills' };
    const { user, ref, isLevel } = await start([
      { ...FILE, actions: [{ type: 'move', mailbox: target }] },
      { ...COPY, actions: [{ type: 'copy', mailbox: target }] },
    ]);
    await oracle.createFolder(user, 'Bills');
    await checkUntilQuiet(yard, ref);
    await oracle.deliverAll(user, 'INBOX', [
      { source: letter({ subject: 'Invoice 7' }) },
      { source: letter({ subject: 'From the boss' }) },
    ]);
    await dieAfter(marksSent, () => yard.check(ref));
    await oracle.deleteFolder(user, 'Bills');
    for (let attempt = 2; attempt <= LIMITS.effectAttemptsMax + 1; attempt += 1) await yard.check(ref);
    await checkUntilQuiet(yard, ref);
    assert.equal((await oracle.listMessages(user, 'INBOX')).length, 2);
    await isLevel('INBOX');
  });

  it('nothing is done under another UIDVALIDITY, and the mirror is made anew', async () => {
    const { user, ref, isLevel } = await start([FILE, COPY]);
    await checkUntilQuiet(yard, ref);
    await oracle.deliverAll(user, 'INBOX', [
      { source: letter({ subject: 'Invoice 7' }) },
      { source: letter({ subject: 'From the boss' }) },
    ]);
    await dieAfter(arms, () => yard.check(ref));
    await oracle.setUidValidity(user, 'INBOX', 77);
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.deepEqual(effects, { move: 0, copy: 0, flag: 0, draft: 0 });
    assert.equal((await oracle.listMessages(user, 'INBOX')).length, 2);
    await isLevel('INBOX', 'Archive');
  });
});
