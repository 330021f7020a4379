/** A worker killed before or after any of its database calls: the next one brings everything to rest, once. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { type Faults, faultsOn, Killed, killAt } from '../support/faults.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const CALLS_MAX = 60;

describe('a worker that is killed between two database calls', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let faults: Faults;

  before(async () => {
    const users = Object.fromEntries(Array.from({ length: 2 * CALLS_MAX }, (_, i) => [`user${i}`, 'secret']));
    server = await startDovecot({ users });
    oracle = dovecotOracle(server);
    yard = await startYard();
    faults = faultsOn(yard.deps.table);
    for (const rule of RULES) await yard.addRule({ tenant: 'tenant-1', accountId: '' }, rule);
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const RULES = [
    {
      name: 'Invoices',
      conditions: { subject: 'invoice' },
      actions: [{ type: 'markSeen' }, { type: 'move', mailbox: { path: 'Bills' }, create: true }],
    },
    {
      name: 'Boss',
      conditions: { from: 'boss@' },
      actions: [{ type: 'flag' }, { type: 'copy', mailbox: { role: 'archive' } }],
    },
    { name: 'Questions', conditions: { from: 'carol' }, actions: [{ type: 'createDraft', text: 'Thank you.' }] },
  ];

  /** One account, killed once; false when the run ended before its turn to be killed came. */
  const surviveKill = async (user: string, at: number, when: 'before' | 'after'): Promise<boolean> => {
    const ref = await yard.addAccount(server, user);
    await checkUntilQuiet(yard, ref);
    await oracle.deliverAll(user, 'INBOX', [
      { source: letter({ subject: 'Invoice 7', id: 'invoice' }) },
      { source: letter({ from: 'boss@example.com', id: 'boss' }) },
      { source: letter({ from: 'carol@example.net', id: 'carol', body: 'Well?' }) },
    ]);
    faults.set(killAt(at, when));
    await yard.check(ref).catch((error: unknown) => assert.ok(error instanceof Killed, String(error)));
    const reached = faults.calls() >= at;
    faults.clear();
    // The dead worker's lease has to run out.
    yard.clock.skewMs += (LIMITS.leaseSeconds + 1) * 1_000;
    await checkUntilQuiet(yard, ref);
    await isRight(user, ref, `killed ${when} call ${at}`);
    return reached;
  };

  const isRight = async (user: string, ref: AccountRef, why: string): Promise<void> => {
    const flags = async (mailbox: string) => (await oracle.listMessages(user, mailbox)).map((message) => message.flags);
    assert.deepEqual(await flags('Bills'), [['\\Seen']], why);
    assert.deepEqual(await flags('INBOX'), [['\\Flagged'], []], why);
    assert.deepEqual(await flags('Archive'), [['\\Flagged']], why);
    assert.equal((await flags('Drafts')).length, 1, why);
    for (const mailbox of ['INBOX', 'Bills', 'Archive', 'Drafts']) {
      assert.deepEqual(
        await mirrorOf(yard, ref, mailbox),
        await oracle.listMessages(user, mailbox),
        `${why}: ${mailbox}`,
      );
    }
  };

  for (const when of ['before', 'after'] as const) {
    it(`${when} each of them leaves nothing undone and nothing done twice`, async () => {
      let at = 1;
      while (await surviveKill(`user${when === 'before' ? at : CALLS_MAX + at}`, at, when)) {
        at += 1;
        assert.ok(at < CALLS_MAX, 'the run has an end');
      }
      assert.ok(at > 15, `only ${at} calls were reached`);
    });
  }
});
