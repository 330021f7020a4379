/** Rules on trial, lists and duplicates, by the real run: what would be done is told, and nothing of it is done. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createList } from '../../shared/service/manage-lists.ts';
import { readActivity } from '../../shared/service/read-activity.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

describe('rules in shadow mode', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;

  before(async () => {
    server = await startDovecot({ users: { alice: 'alice-password', bob: 'bob-password', carol: 'carol-password' } });
    oracle = dovecotOracle(server);
    yard = await startYard();
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const activityOf = async (ref: AccountRef) => (await readActivity(yard.deps, { ...ref, limit: 50 })).entries;
  const told = async (ref: AccountRef) =>
    (await activityOf(ref))
      .map(({ rules, action, to, keywordsAdded, state, reason }) =>
        [rules[0]?.ruleName, state, action, to ?? keywordsAdded?.join() ?? '', reason ?? ''].join(' ').trim(),
      )
      .sort();

  it('tell what they would do, see each other, and leave the mailbox as it is', async () => {
    const ref = await yard.addAccount(server, 'alice', { tenant: 'alice' });
    const shadow = { mode: 'shadow', conditions: { subject: 'invoice' } };
    await yard.addRule(ref, { ...shadow, name: 'one', sequence: 1, actions: [{ type: 'flag' }] });
    await yard.addRule(ref, {
      name: 'two',
      mode: 'shadow',
      sequence: 2,
      conditions: { hasKeyword: '$flagged' },
      actions: [{ type: 'move', mailbox: { path: 'Bills' }, create: true }],
    });
    await yard.addRule(ref, {
      ...shadow,
      name: 'three',
      sequence: 3,
      actions: [{ type: 'copy', mailbox: { path: 'Nowhere' } }],
    });
    await yard.addRule(ref, {
      name: 'live',
      sequence: 4,
      conditions: { hasKeyword: '$flagged' },
      actions: [{ type: 'markSeen' }],
    });
    await checkUntilQuiet(yard, ref);
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Invoice 7' }));
    const before = await oracle.status('alice', 'INBOX');
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.deepEqual(effects, { move: 0, copy: 0, flag: 0, draft: 0 });
    assert.deepEqual(await oracle.status('alice', 'INBOX'), before, 'HIGHESTMODSEQ included');
    assert.deepEqual(await told(ref), [
      'one wouldDo store $flagged',
      'three wouldDo none  mailbox-missing',
      'two wouldDo move Bills',
    ]);
    assert.equal((await yard.check(ref))[0]?.outcome, 'quiet', 'and are not asked again');
  });

  it('see what live rules do, and a live rule after them has its way', async () => {
    const ref = await yard.addAccount(server, 'bob', { tenant: 'bob' });
    const conditions = { subject: 'news' };
    await yard.addRule(ref, {
      name: 'first',
      sequence: 1,
      conditions,
      actions: [{ type: 'addKeywords', keywords: ['news'] }],
    });
    await yard.addRule(ref, {
      name: 'trial',
      mode: 'shadow',
      sequence: 2,
      conditions: { hasKeyword: 'news' },
      actions: [{ type: 'markSeen' }, { type: 'move', mailbox: { path: 'Trial' }, create: true }],
    });
    await yard.addRule(ref, { name: 'last', sequence: 3, conditions, actions: [{ type: 'archive' }] });
    await checkUntilQuiet(yard, ref);
    await oracle.deliver('bob', 'INBOX', letter({ subject: 'news' }));
    assert.deepEqual((await checkUntilQuiet(yard, ref)).effects, { move: 1, copy: 0, flag: 1, draft: 0 });
    assert.deepEqual(
      (await oracle.listMessages('bob', 'Archive')).map(({ flags }) => flags),
      [['news']],
    );
    assert.deepEqual(await told(ref), ['first done store news', 'last done move Archive', 'trial wouldDo store $seen']);
  });

  it('a list and duplicates decide in the run', async () => {
    const tenant = 'carol';
    const ref = await yard.addAccount(server, 'carol', { tenant });
    await createList(yard.deps, { tenant, name: 'vips', entries: ['Boss@Example.com', '@bücher.example'] });
    await yard.addRule(ref, {
      name: 'vip',
      conditions: { inList: { list: 'vips' } },
      actions: [{ type: 'flag' }],
    });
    await yard.addRule(ref, {
      name: 'double',
      conditions: { duplicate: true },
      actions: [{ type: 'trash' }],
    });
    await checkUntilQuiet(yard, ref);
    const same = letter({ from: 'boss@example.com', subject: 'Once', id: 'once' });
    await oracle.deliver('carol', 'INBOX', same);
    await oracle.deliver('carol', 'INBOX', letter({ from: 'ann@xn--bcher-kva.example', subject: 'Books' }));
    await oracle.deliver('carol', 'INBOX', letter({ from: 'ann@other.example', subject: 'Other' }));
    assert.deepEqual((await checkUntilQuiet(yard, ref)).effects, { move: 0, copy: 0, flag: 2, draft: 0 });
    // Another time of receipt: it was delivered twice.
    await oracle.deliver('carol', 'INBOX', same.replace('Subject: Once', 'Subject: Once more'));
    assert.equal((await checkUntilQuiet(yard, ref)).effects.move, 1);
    assert.equal((await oracle.listMessages('carol', 'Trash')).length, 1);
    // What a person moves away and back is no duplicate of itself.
    const [first] = await oracle.listMessages('carol', 'INBOX');
    await oracle.moveByAnotherClient('carol', 'INBOX', first?.uid ?? 0, 'Archive');
    await checkUntilQuiet(yard, ref);
    const [there] = await oracle.listMessages('carol', 'Archive');
    await oracle.moveByAnotherClient('carol', 'Archive', there?.uid ?? 0, 'INBOX');
    assert.equal((await checkUntilQuiet(yard, ref)).effects.move, 0);
    assert.equal((await oracle.listMessages('carol', 'INBOX')).length, 3);
  });
});
