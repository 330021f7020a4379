import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

describe('mail is filed, flagged and drafted on a real server', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;

  before(async () => {
    server = await startDovecot();
    oracle = dovecotOracle(server);
    yard = await startYard();
    ref = await yard.addAccount(server, 'alice');
    await yard.addRule(ref, {
      name: 'Invoices',
      conditions: { subject: 'invoice' },
      actions: [{ type: 'markSeen' }, { type: 'move', mailbox: { path: 'Bills' }, create: true }],
    });
    await yard.addRule(ref, {
      name: 'Boss',
      conditions: { from: 'boss@' },
      actions: [
        { type: 'flag' },
        { type: 'addKeywords', keywords: ['$important'] },
        { type: 'copy', mailbox: { role: 'archive' } },
      ],
    });
    await yard.addRule(ref, {
      name: 'Questions',
      conditions: { operator: 'AND', conditions: [{ from: 'carol' }, { body: '?' }] },
      actions: [{ type: 'createDraft', text: 'Dear {{sender.name}},\n\nThank you.' }],
    });
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  it('leaves old mail alone on the first sync', async () => {
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Old invoice' }));
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.deepEqual(effects, { move: 0, copy: 0, flag: 0, draft: 0 });
    assert.equal((await oracle.listMessages('alice', 'INBOX')).length, 1);
  });

  it('moves, flags, copies and drafts what arrives', async () => {
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Invoice 7' }));
    await oracle.deliver('alice', 'INBOX', letter({ from: 'boss@example.com', subject: 'Now!' }));
    await oracle.deliver(
      'alice',
      'INBOX',
      letter({ from: 'Carol <carol@example.net>', subject: 'Lunch', body: 'Shall we?' }),
    );
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.deepEqual(effects, { move: 1, copy: 1, flag: 2, draft: 1 });

    assert.deepEqual(
      (await oracle.listMessages('alice', 'Bills')).map(({ flags }) => flags),
      [['\\Seen']],
    );
    const inbox = await oracle.listMessages('alice', 'INBOX');
    assert.equal(inbox.length, 3);
    assert.ok(inbox.some(({ flags }) => flags.includes('\\Flagged') && flags.includes('$important')));
    assert.equal((await oracle.listMessages('alice', 'Archive')).length, 1);
    const [draft] = await oracle.listMessages('alice', 'Drafts');
    assert.ok(draft?.flags.includes('\\Draft'));
    const text = await oracle.fetchText('alice', 'Drafts', draft?.uid ?? 0);
    assert.match(text ?? '', /^Subject: Re: Lunch$/m);
    assert.match(text ?? '', /^> Shall we\?$/m);
  });

  it('does nothing in a second run', async () => {
    const [report] = await yard.check(ref);
    assert.equal(report?.outcome, 'quiet');
  });

  it('leaves a message alone that the person moved back', async () => {
    const [filed] = await oracle.listMessages('alice', 'Bills');
    await oracle.moveByAnotherClient('alice', 'Bills', filed?.uid ?? 0, 'INBOX');
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.deepEqual(effects, { move: 0, copy: 0, flag: 0, draft: 0 });
    assert.equal((await oracle.listMessages('alice', 'INBOX')).length, 4);
  });

  it('tells the owner what was done and why', () => {
    assert.ok(yard.narrated.some(({ ruleName, what }) => ruleName === 'Invoices' && what === 'moved to Bills'));
  });
});
