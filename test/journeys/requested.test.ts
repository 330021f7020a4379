/** What is asked for by hand goes the way of a rule's effects: journal, evidence, mirror, and back again by undo. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { UidSet } from '../../shared/mail/uid-set.ts';
import { type ChangedMailbox, changeMailbox } from '../../shared/service/change-mailbox.ts';
import { effectOf } from '../../shared/service/effects/table.ts';
import { readActivity } from '../../shared/service/read-activity.ts';
import { readCursorPages } from '../../shared/store/cursors.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { takeLease } from '../../shared/store/lease.ts';
import type { RequestedChange, RequestedChanges } from '../../shared/sync/requested.ts';
import { capabilityWithout, type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

describe('what the owner asks for by hand', () => {
  let server: Dovecot;
  let bare: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;
  let count = 0;
  let user = '';

  before(async () => {
    const users = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`user${i + 1}`, 'secret']));
    server = await startDovecot({ users });
    bare = await startDovecot({ users, capability: capabilityWithout('UIDPLUS') });
    yard = await startYard();
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
    await bare?.stop();
  });

  const start = async (subjects: readonly string[], more: { allowDestroy?: boolean; on?: Dovecot } = {}) => {
    count += 1;
    user = `user${count}`;
    const { on = server, ...settings } = more;
    oracle = dovecotOracle(on);
    ref = await yard.addAccount(on, user, { tenant: `tenant-${count}`, ...settings });
    for (const subject of subjects) await oracle.deliver(user, 'INBOX', letter({ subject }));
    await checkUntilQuiet(yard, ref);
  };
  const folder = async (path: string) => {
    const cursors = (await readCursorPages(yard.deps.table, ref)).flatMap(({ folders }) => folders);
    const cursor = cursors.find((one) => one.path === path);
    assert.ok(cursor, `${path} is mirrored`);
    return { folderId: cursor.id, uidValidity: cursor.uidValidity };
  };
  const ask = (...changes: RequestedChange[]): Promise<ChangedMailbox> =>
    changeMailbox(yard.deps, { ref, requested: { requester: { by: 'owner' }, changes } });
  const undo = async ({ parts }: ChangedMailbox): Promise<ChangedMailbox> => {
    const [told] = parts;
    assert.ok(told?.state.state === 'done', JSON.stringify(told));
    const back = effectOf(told.command).undo({ command: told.command, state: told.state });
    assert.ok('changes' in back, JSON.stringify(back));
    const requested: RequestedChanges = { requester: { by: 'undo', activityId: told.id }, changes: back.changes };
    return await changeMailbox(yard.deps, { ref, requested });
  };
  const states = ({ parts }: ChangedMailbox) =>
    parts.map(({ command, state }) => [command.kind, 'reason' in state ? state.reason : state.state]);
  const flags = async (path: string) => (await oracle.listMessages(user, path)).map((message) => message.flags);
  const isLevel = async (...paths: string[]) => {
    for (const path of paths) {
      assert.deepEqual(await mirrorOf(yard, ref, path), await oracle.listMessages(user, path), path);
    }
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.deepEqual(effects, { move: 0, copy: 0, flag: 0, draft: 0 });
  };
  const uids = (...of: number[]): UidSet => of.map((uid) => [uid, uid]);

  it('is done with evidence, mirrored at once, told as activity, and undone', async () => {
    await start(['One', 'Two', 'Three']);
    const inbox = await folder('INBOX');
    const done = await ask({ kind: 'change', folder: inbox, uids: uids(1, 3), add: ['$flagged'], mailbox: 'Archive' });
    assert.deepEqual(states(done), [
      ['store', 'done'],
      ['move', 'done'],
    ]);
    assert.deepEqual(await flags('Archive'), [['\\Flagged'], ['\\Flagged']]);
    await isLevel('INBOX', 'Archive');
    const { entries } = await readActivity(yard.deps, { ...ref, limit: 10 });
    const [entry] = entries.filter(({ action }) => action === 'move');
    assert.equal(entry?.askedBy, 'owner');
    assert.equal(entry?.id, done.parts[1]?.id);

    const back = await undo({ parts: done.parts.slice(1) });
    assert.deepEqual(states(back), [['move', 'done']]);
    assert.equal((await oracle.listMessages(user, 'INBOX')).length, 3);
    await isLevel('INBOX', 'Archive');
    const again = await readActivity(yard.deps, { ...ref, limit: 10 });
    assert.equal(again.entries.find(({ askedBy }) => askedBy === 'undo')?.undoOf, entry?.id);
  });

  it('says what is gone, what is so already, and does the rest', async () => {
    await start(['One', 'Two', 'Three']);
    const inbox = await folder('INBOX');
    await oracle.expunge(user, 'INBOX', 2);
    await oracle.addFlags(user, 'INBOX', 3, ['\\Seen']);
    const done = await ask(
      { kind: 'change', folder: inbox, uids: uids(1, 2, 3), add: ['$seen'] },
      { kind: 'change', folder: { ...inbox, uidValidity: inbox.uidValidity + 1 }, uids: uids(1), add: ['$flagged'] },
      { kind: 'change', folder: { folderId: 'zz', uidValidity: 1 }, uids: uids(1), mailbox: 'Archive' },
      { kind: 'change', folder: inbox, uids: uids(1), mailbox: 'Nowhere' },
    );
    assert.deepEqual(states(done), [
      ['store', 'message-gone'],
      ['store', 'done'],
      ['store', 'already-so'],
      ['store', 'uidvalidity-changed'],
      ['move', 'mailbox-missing'],
      ['move', 'mailbox-missing'],
    ]);
    await isLevel('INBOX');
  });

  it('fires no rule, and takes a message away from under a rule that would act on it', async () => {
    await start(['One']);
    await yard.addRule(ref, {
      name: 'All',
      mailboxes: [{ role: 'inbox' }, { role: 'archive' }],
      conditions: {},
      actions: [{ type: 'flag' }],
    });
    await ask({ kind: 'copy', folder: await folder('INBOX'), uids: uids(1), mailbox: 'Archive' });
    await isLevel('INBOX', 'Archive');
    assert.deepEqual(await flags('Archive'), [[]]);
  });

  it('a copy is undone while nobody touched it, and left alone when somebody did', async () => {
    await start(['One', 'Two']);
    const inbox = await folder('INBOX');
    const one = await ask({ kind: 'copy', folder: inbox, uids: uids(1), mailbox: 'Archive' });
    const two = await ask({ kind: 'copy', folder: inbox, uids: uids(2), mailbox: 'Archive' });
    await oracle.addFlags(user, 'Archive', 2, ['\\Flagged']);
    assert.deepEqual(states(await undo(one)), [['remove', 'done']]);
    assert.deepEqual(states(await undo(two)), [['remove', 'message-changed']]);
    assert.deepEqual(await flags('Archive'), [['\\Flagged']]);
    await isLevel('INBOX', 'Archive');
  });

  it('removes for good only where the account allows it, and only those messages', async () => {
    await start(['One', 'Two', 'Three']);
    const removal = async (): Promise<RequestedChange> => ({
      kind: 'remove',
      folder: await folder('INBOX'),
      uids: uids(1, 2),
    });
    await oracle.addFlags(user, 'INBOX', 3, ['\\Deleted']);
    assert.deepEqual(states(await ask(await removal())), [['remove', 'destroy-not-allowed']]);
    assert.equal((await flags('INBOX')).length, 3);
    await start(['One', 'Two', 'Three'], { allowDestroy: true });
    await oracle.addFlags(user, 'INBOX', 3, ['\\Deleted']);
    assert.deepEqual(states(await ask(await removal())), [['remove', 'done']]);
    assert.deepEqual(await flags('INBOX'), [['\\Deleted']]);
    await isLevel('INBOX');
  });

  it('without UIDPLUS what is removed stays, marked, and others’ marked mail stays too', async () => {
    await start(['One', 'Two'], { allowDestroy: true, on: bare });
    await oracle.addFlags(user, 'INBOX', 2, ['\\Deleted']);
    const done = await ask({ kind: 'remove', folder: await folder('INBOX'), uids: uids(1) });
    const [told] = done.parts;
    assert.ok(told?.state.state === 'done' && told.state.evidence.onlyMarked === true);
    assert.deepEqual(await flags('INBOX'), [['\\Deleted'], ['\\Deleted']]);
    await isLevel('INBOX');
    assert.deepEqual(states(await undo(done)), [['store', 'done']]);
    assert.deepEqual(await flags('INBOX'), [[], ['\\Deleted']]);
  });

  it('a draft asked for twice under one id is written once, and undone', async () => {
    await start(['One']);
    const draft: RequestedChange = {
      kind: 'draft',
      id: 'key-1',
      draft: {
        to: [{ address: 'carol@example.net' }],
        bcc: [{ address: 'dan@example.net' }],
        subject: 'Hi',
        text: 'Hello',
      },
    };
    const done = await ask(draft);
    assert.deepEqual(states(done), [['draft', 'done']]);
    assert.deepEqual(states(await ask(draft)), [['draft', 'already-so']]);
    const [held, ...more] = await oracle.listMessages(user, 'Drafts');
    assert.deepEqual(more, []);
    const text = (await oracle.fetchText(user, 'Drafts', held?.uid ?? 0)) ?? '';
    assert.match(text, /^To: carol@example\.net$/m);
    assert.match(text, /^Bcc: dan@example\.net$/m);
    assert.match(text, /\n\nHello\n$/);
    await isLevel('Drafts');
    assert.deepEqual(states(await undo(done)), [['remove', 'done']]);
    assert.deepEqual(await flags('Drafts'), []);
  });

  it('makes, renames and deletes folders; one with mail in it only where that is allowed', async () => {
    await start(['One']);
    const made = await ask({ kind: 'createFolder', path: 'Plans' }, { kind: 'createFolder', path: 'Plans/2026' });
    assert.deepEqual(states(made), [
      ['createFolder', 'done'],
      ['createFolder', 'done'],
    ]);
    assert.deepEqual(states(await ask({ kind: 'createFolder', path: 'Plans' })), [['createFolder', 'mailbox-exists']]);
    await checkUntilQuiet(yard, ref);
    const before = await folder('Plans/2026');
    const renamed = await ask({ kind: 'renameFolder', path: 'Plans', to: 'Ideas' });
    assert.deepEqual(states(renamed), [['renameFolder', 'done']]);
    assert.deepEqual(await folder('Ideas/2026'), before);
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await folder('Ideas/2026'), before);
    assert.deepEqual(states(await undo(renamed)), [['renameFolder', 'done']]);
    await ask({ kind: 'change', folder: await folder('INBOX'), uids: uids(1), mailbox: 'Plans/2026' });
    assert.deepEqual(
      states(
        await ask(
          { kind: 'deleteFolder', path: 'Plans' },
          { kind: 'deleteFolder', path: 'Plans/2026' },
          { kind: 'deleteFolder', path: 'Plans/2026', destroy: true },
          { kind: 'deleteFolder', path: 'INBOX', destroy: true },
          { kind: 'deleteFolder', path: 'Nowhere' },
          { kind: 'renameFolder', path: 'Plans/2026', to: 'Archive' },
        ),
      ),
      [
        ['deleteFolder', 'mailbox-has-children'],
        ['deleteFolder', 'mailbox-not-empty'],
        ['deleteFolder', 'destroy-not-allowed'],
        ['deleteFolder', 'mailbox-not-changed'],
        ['deleteFolder', 'mailbox-missing'],
        ['renameFolder', 'mailbox-exists'],
      ],
    );
    assert.equal((await flags('Plans/2026')).length, 1);
    await ask({ kind: 'change', folder: await folder('Plans/2026'), uids: uids(1), mailbox: 'INBOX' });
    assert.deepEqual(states(await ask({ kind: 'deleteFolder', path: 'Plans/2026' })), [['deleteFolder', 'done']]);
    assert.equal(
      (await oracle.folders(user)).some((path) => path.startsWith('Plans/')),
      false,
    );
    await isLevel('INBOX', 'Plans');
  });

  it('waits for a worker that has the account, and says so when it takes too long', async () => {
    await start(['One']);
    const change: RequestedChange = { kind: 'change', folder: await folder('INBOX'), uids: uids(1), add: ['$flagged'] };
    const lease = await takeLease(yard.deps.table, ref, Math.floor(yard.deps.now() / 1_000), 2);
    assert.ok(lease !== undefined);
    assert.deepEqual(states(await ask(change)), [['store', 'done']]);
    const long = await takeLease(yard.deps.table, ref, Math.floor(yard.deps.now() / 1_000), 60);
    assert.ok(long !== undefined);
    await assert.rejects(ask(change), { code: 'account.busy', retryAfterSeconds: 5 });
  });
});
