/** A flag and a folder as buttons: what a person does starts a rule, once; what rules do starts none. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

describe('a flag and a folder as buttons', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;
  let user = '';
  let count = 0;

  before(async () => {
    server = await startDovecot({
      users: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`user${i + 1}`, 'secret'])),
    });
    oracle = dovecotOracle(server);
    yard = await startYard();
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const start = async (...rules: object[]): Promise<void> => {
    count += 1;
    user = `user${count}`;
    ref = await yard.addAccount(server, user, { tenant: `buttons-${count}` });
    for (const rule of rules) await yard.addRule(ref, { name: 'Button', conditions: {}, ...rule });
    await checkUntilQuiet(yard, ref);
  };
  const put = async (path: string, subject: string): Promise<number> => {
    await oracle.deliver(user, path, letter({ subject }));
    await checkUntilQuiet(yard, ref);
    return (await oracle.listMessages(user, path)).at(-1)?.uid ?? 0;
  };
  const held = async (path: string) => (await oracle.listMessages(user, path)).length;
  const FOLLOW = {
    trigger: { type: 'flagsChanged', added: ['$flagged'] },
    actions: [{ type: 'copy', mailbox: { path: 'Follow-up' }, create: true }],
  };

  it('a flag that a person sets starts the rule once, and once more when it is set anew', async () => {
    await start(FOLLOW);
    const uid = await put('INBOX', 'A question');
    assert.equal(await held('Follow-up').catch(() => 0), 0);
    await oracle.addFlags(user, 'INBOX', uid, ['\\Seen']);
    await checkUntilQuiet(yard, ref);
    assert.equal(await held('Follow-up').catch(() => 0), 0);
    await oracle.addFlags(user, 'INBOX', uid, ['\\Flagged']);
    await checkUntilQuiet(yard, ref);
    assert.equal(await held('Follow-up'), 1);
    await oracle.addFlags(user, 'INBOX', uid, ['\\Answered']);
    await checkUntilQuiet(yard, ref);
    assert.equal(await held('Follow-up'), 1);
    await oracle.removeFlags(user, 'INBOX', uid, ['\\Flagged']);
    await checkUntilQuiet(yard, ref);
    assert.equal(await held('Follow-up'), 1);
    await oracle.addFlags(user, 'INBOX', uid, ['\\Flagged']);
    await checkUntilQuiet(yard, ref);
    assert.equal(await held('Follow-up'), 2);
  });

  it('a flag that is taken is a button, too', async () => {
    await start({
      trigger: { type: 'flagsChanged', removed: ['todo'] },
      actions: [{ type: 'move', mailbox: { role: 'archive' } }],
    });
    const uid = await put('INBOX', 'A chore');
    await oracle.addFlags(user, 'INBOX', uid, ['todo']);
    await checkUntilQuiet(yard, ref);
    assert.equal(await held('Archive'), 0);
    await oracle.removeFlags(user, 'INBOX', uid, ['todo']);
    await checkUntilQuiet(yard, ref);
    assert.equal(await held('Archive'), 1);
  });

  it('a flag that a rule sets is no button', async () => {
    await start(FOLLOW, { conditions: { subject: 'boss' }, actions: [{ type: 'flag' }] });
    await put('INBOX', 'From the boss');
    assert.deepEqual((await oracle.listMessages(user, 'INBOX'))[0]?.flags, ['\\Flagged']);
    assert.equal(await held('Follow-up').catch(() => 0), 0);
  });

  it('a folder that a person moves mail into is a button, each time', async () => {
    await start({
      mailboxes: [{ path: 'Later' }],
      trigger: { type: 'movedInto' },
      actions: [{ type: 'flag' }, { type: 'move', mailbox: { role: 'archive' } }],
    });
    await oracle.createFolder(user, 'Later');
    await checkUntilQuiet(yard, ref);
    const uid = await put('INBOX', 'Not now');
    await oracle.moveByAnotherClient(user, 'INBOX', uid, 'Later');
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(
      (await oracle.listMessages(user, 'Archive')).map(({ flags }) => flags),
      [['\\Flagged']],
    );
    const [filed] = await oracle.listMessages(user, 'Archive');
    await oracle.moveByAnotherClient(user, 'Archive', filed?.uid ?? 0, 'Later');
    await checkUntilQuiet(yard, ref);
    assert.equal(await held('Archive'), 1);
    assert.equal(await held('Later'), 0);
  });

  it('mail that is delivered to the inbox was not moved there; what comes back to it was', async () => {
    await start({ trigger: { type: 'movedInto' }, actions: [{ type: 'addKeywords', keywords: ['back'] }] });
    const uid = await put('INBOX', 'Hello');
    assert.deepEqual((await oracle.listMessages(user, 'INBOX'))[0]?.flags, []);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await oracle.moveByAnotherClient(user, 'INBOX', uid, 'Archive');
    await checkUntilQuiet(yard, ref);
    await oracle.moveByAnotherClient(user, 'Archive', 1, 'INBOX');
    await checkUntilQuiet(yard, ref);
    assert.deepEqual((await oracle.listMessages(user, 'INBOX'))[0]?.flags, ['back']);
  });

  it('what a rule files is not moved in by a person', async () => {
    await start(
      { conditions: { subject: 'task' }, actions: [{ type: 'move', mailbox: { path: 'Later' }, create: true }] },
      { mailboxes: [{ path: 'Later' }], trigger: { type: 'movedInto' }, actions: [{ type: 'flag' }] },
    );
    await put('INBOX', 'A task');
    assert.deepEqual(
      (await oracle.listMessages(user, 'Later')).map(({ flags }) => flags),
      [[]],
    );
  });
});
