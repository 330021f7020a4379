/** Changed folders resynchronised at once as a connection's last act: what comes of it, and when it is not done. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { uidSet } from '../../shared/mail/uid-set.ts';
import { openMirrors } from '../../shared/service/mirror.ts';
import { readCursorPages } from '../../shared/store/cursors.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const FOLDERS = ['INBOX', 'Archive', 'Lists'];
const MESSAGES = 80;
const USERS = 6;

describe('folders that changed, all at once', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let taken = 0;
  let user: string;
  let ref: AccountRef;

  before(async () => {
    const users = Array.from({ length: USERS }, (_, i) => [`user${i}`, 'secret'] as const);
    server = await startDovecot({ users: Object.fromEntries(users) });
    oracle = dovecotOracle(server);
    yard = await startYard();
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });
  beforeEach(async () => {
    user = `user${taken}`;
    taken += 1;
    for (const name of FOLDERS.slice(1)) await oracle.createFolder(user, name);
    for (const name of FOLDERS) {
      await oracle.deliverAll(
        user,
        name,
        Array.from({ length: MESSAGES }, () => ({ source: letter() })),
      );
    }
    ref = await yard.addAccount(server, user, { tenant: user });
    await checkUntilQuiet(yard, ref);
  });

  const isLevel = async (): Promise<void> => {
    for (const name of FOLDERS)
      assert.deepEqual(await mirrorOf(yard, ref, name), await oracle.listMessages(user, name), name);
  };
  const cursorOf = async (path: string) => {
    const cursors = (await readCursorPages(yard.deps.table, ref)).flatMap(({ folders }) => folders);
    return cursors.find((one) => one.path === path) ?? assert.fail(path);
  };
  const checked = async () => {
    const [report] = await yard.check(ref);
    assert.ok(report?.outcome === 'synced', JSON.stringify(report));
    return report.sync;
  };

  it('are mirrored in one check', async () => {
    await oracle.addFlags(user, 'INBOX', 3, ['\\Seen']);
    await oracle.expunge(user, 'Archive', 5);
    await oracle.deliver(user, 'Lists', letter(), ['work']);
    const { arrived, changed, gone, more } = await checked();
    assert.deepEqual({ arrived, changed, gone, more }, { arrived: 1, changed: 1, gone: 1, more: false });
    await isLevel();
  });

  it('are looked at one by one where rules want to read what is new', async () => {
    await yard.addRule(ref, { name: 'Boss', conditions: { subject: 'boss' }, actions: [{ type: 'flag' }] });
    await oracle.expunge(user, 'Archive', 5);
    await oracle.deliver(user, 'INBOX', letter({ subject: 'From the boss' }));
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.equal(effects.flag, 1);
    await isLevel();
  });

  it('leave what shows up late to the next check, which puts it to the rules', async () => {
    await yard.addRule(ref, { name: 'All', conditions: { hasKeyword: '$seen' }, actions: [{ type: 'flag' }] });
    const inbox = await cursorOf('INBOX');
    const mirrors = openMirrors(yard.deps.table, ref);
    await mirrors.remove({ folderId: inbox.id, uidValidity: inbox.uidValidity }, uidSet([3]));
    await mirrors.save();
    await oracle.addFlags(user, 'INBOX', 3, ['\\Seen']);
    const { more } = await checked();
    assert.equal(more, true);
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.equal(effects.flag, 1);
    await isLevel();
  });

  it('are not held to be emptied on the first word', async () => {
    for (let uid = 10; uid < MESSAGES; uid += 1) await oracle.expunge(user, 'Lists', uid);
    await oracle.addFlags(user, 'INBOX', 3, ['\\Seen']);
    const first = await checked();
    assert.deepEqual(
      { changed: first.changed, gone: first.gone, more: first.more },
      { changed: 1, gone: 0, more: true },
    );
    assert.equal((await mirrorOf(yard, ref, 'Lists')).length, MESSAGES);
    await checkUntilQuiet(yard, ref);
    await isLevel();
  });

  it('are compared in full by the next check where the counts do not agree', async () => {
    const lists = await cursorOf('Lists');
    const mirrors = openMirrors(yard.deps.table, ref);
    await mirrors.add({ folderId: lists.id, uidValidity: lists.uidValidity }, [{ uid: MESSAGES - 1, keywords: [] }]);
    await mirrors.remove({ folderId: lists.id, uidValidity: lists.uidValidity }, uidSet([7]));
    await mirrors.save();
    await oracle.addFlags(user, 'Lists', 3, ['\\Seen']);
    const first = await checked();
    assert.equal(first.more, true);
    assert.equal((await cursorOf('Lists')).uidNext, 0);
    await checkUntilQuiet(yard, ref);
    await isLevel();
  });
});
