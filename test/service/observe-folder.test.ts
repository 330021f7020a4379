import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { uidSet } from '../../shared/mail/uid-set.ts';
import { openMirrors } from '../../shared/service/mirror.ts';
import { readCursorPages } from '../../shared/store/cursors.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

describe('looking at a folder by what changed in it', () => {
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

  it('finds a message that the mirror lacks and no change brings, and puts it to the rules', async () => {
    const ref = await yard.addAccount(server, 'alice');
    await yard.addRule(ref, { name: 'Boss', conditions: { subject: 'boss' }, actions: [{ type: 'flag' }] });
    await oracle.deliverAll('alice', 'INBOX', [
      { source: letter() },
      { source: letter() },
      { source: letter({ subject: 'From the boss' }) },
    ]);
    await checkUntilQuiet(yard, ref);
    // As on a cluster that showed the message only after the folder's MODSEQ was noted.
    const cursors = (await readCursorPages(yard.deps.table, ref)).flatMap(({ folders }) => folders);
    const inbox = cursors.find(({ path }) => path === 'INBOX');
    assert.ok(inbox !== undefined);
    const mirrors = openMirrors(yard.deps.table, ref);
    await mirrors.remove({ folderId: inbox.id, uidValidity: inbox.uidValidity }, uidSet([3]));
    await mirrors.save();

    await oracle.addFlags('alice', 'INBOX', 1, ['\\Seen']);
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.equal(effects.flag, 1);
    assert.deepEqual(await mirrorOf(yard, ref, 'INBOX'), await oracle.listMessages('alice', 'INBOX'));
  });
});
