/** The feed of changes, as a client follows it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { changesView } from '../../shared/api/changes-view.ts';
import { parseMessageId } from '../../shared/mail/message.ts';
import { uidsOf } from '../../shared/mail/uid-set.ts';
import { readChanges } from '../../shared/service/read-changes.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

describe('the feed of changes', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;
  let state = '';

  before(async () => {
    server = await startDovecot();
    oracle = dovecotOracle(server);
    yard = await startYard();
    ref = await yard.addAccount(server, 'alice');
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Old' }));
    await checkUntilQuiet(yard, ref);
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const ask = async () => {
    const answer = await readChanges(yard.deps, { ...ref, since: state });
    state = answer.newState;
    return answer.folders.map(({ created, updated, destroyed }) => ({
      created: [...uidsOf(created)],
      updated: [...uidsOf(updated)],
      destroyed: [...uidsOf(destroyed)],
    }));
  };

  it('begins with the state of now', async () => {
    const now = await readChanges(yard.deps, ref);
    assert.deepEqual(now.folders, []);
    state = now.newState;
    assert.deepEqual(await ask(), []);
  });

  it('tells what came, changed and went, once', async () => {
    const uid = await oracle.deliver('alice', 'INBOX', letter({ subject: 'New' }));
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await ask(), [{ created: [uid], updated: [], destroyed: [] }]);
    await oracle.addFlags('alice', 'INBOX', 1, ['\\Flagged']);
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await ask(), [{ created: [], updated: [1], destroyed: [] }]);
    await oracle.expunge('alice', 'INBOX', uid);
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await ask(), [{ created: [], updated: [], destroyed: [uid] }]);
    assert.deepEqual(await ask(), []);
  });

  it('tells what our own rules did', async () => {
    await yard.addRule(ref, {
      name: 'Bills',
      conditions: { subject: 'bill' },
      actions: [{ type: 'move', mailbox: { role: 'archive' } }],
    });
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'A bill' }));
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await ask(), [{ created: [1], updated: [], destroyed: [] }]);
  });

  it('says so when a folder was mirrored anew', async () => {
    await oracle.setUidValidity('alice', 'INBOX', 4_000_000);
    await checkUntilQuiet(yard, ref);
    await assert.rejects(ask(), { code: 'changes.cannot-calculate' });
  });

  it('names messages as the rest of the API does', () => {
    const view = changesView('a1', { folderId: '3', uidValidity: 7, created: [[5, 5]], updated: [], destroyed: [] });
    assert.deepEqual(parseMessageId(view.created[0] ?? ''), { accountId: 'a1', folderId: '3', uidValidity: 7, uid: 5 });
  });
});
