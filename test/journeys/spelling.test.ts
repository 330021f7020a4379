/** Folders that the server calls otherwise than the owner: the personal namespace has a prefix (RFC 2342). */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

describe('a rule that leaves out the prefix of the namespace', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;

  before(async () => {
    server = await startDovecot({ extra: 'namespace inbox {\n  prefix = INBOX.\n  separator = .\n}\n' });
    oracle = dovecotOracle(server);
    yard = await startYard();
    ref = await yard.addAccount(server, 'alice');
    await yard.addRule(ref, {
      name: 'Invoices',
      mailboxes: [{ role: 'inbox' }, { path: 'INBOX.Bills' }],
      conditions: { subject: 'invoice' },
      actions: [{ type: 'copy', mailbox: { path: 'Bills' }, create: true }],
    });
    await checkUntilQuiet(yard, ref);
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  it('makes the folder, and does not take its own copies for arrivals there', async () => {
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Invoice 7' }));
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.equal(effects.copy, 1);
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Invoice 8' }));
    assert.equal((await checkUntilQuiet(yard, ref)).effects.copy, 1);
    assert.equal((await oracle.listMessages('alice', 'INBOX.Bills')).length, 2);
  });

  it('does not copy into the folder what lies there', async () => {
    await oracle.deliver('alice', 'INBOX.Bills', letter({ subject: 'Invoice 9' }));
    assert.equal((await checkUntilQuiet(yard, ref)).effects.copy, 0);
    const held = await oracle.listMessages('alice', 'INBOX.Bills');
    assert.equal(held.length, 3);
    assert.deepEqual(await mirrorOf(yard, ref, 'INBOX.Bills'), held);
  });
});
