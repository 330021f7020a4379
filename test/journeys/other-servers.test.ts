/** Servers that tell less: no mod-sequences, nothing but the counts. And folders that other clients rename. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { readCursorPages } from '../../shared/store/cursors.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import { capabilityWithout, type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const MESSAGES = LIMITS.windowMessages + 60;

describe('on a server without mod-sequences', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;

  before(async () => {
    server = await startDovecot({ capability: capabilityWithout('CONDSTORE', 'QRESYNC', 'LIST-STATUS', 'ESEARCH') });
    oracle = dovecotOracle(server);
    yard = await startYard();
    ref = await yard.addAccount(server, 'alice');
    const source = letter({ subject: 'Old' });
    await oracle.deliverAll(
      'alice',
      'INBOX',
      Array.from({ length: MESSAGES }, () => ({ source })),
    );
    await checkUntilQuiet(yard, ref);
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const isMirrored = async () =>
    assert.deepEqual(await mirrorOf(yard, ref, 'INBOX'), await oracle.listMessages('alice', 'INBOX'));

  it('an expunge among the old messages and an arrival in one interval are both seen', async () => {
    await oracle.expunge('alice', 'INBOX', 3);
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'New' }));
    await checkUntilQuiet(yard, ref);
    await isMirrored();
  });

  it('flags of the newest messages are seen when anything changes', async () => {
    await oracle.addFlags('alice', 'INBOX', MESSAGES, ['\\Answered']);
    await oracle.deliver('alice', 'INBOX', letter({ subject: 'Newer' }));
    await checkUntilQuiet(yard, ref);
    await isMirrored();
  });

  it('flags that no number tells of are seen by the full look, and that is had no oftener than it is due', async () => {
    await oracle.addFlags('alice', 'INBOX', 5, ['\\Answered', '$label1']);
    const [early] = await yard.check(ref);
    assert.equal(early?.outcome, 'quiet');
    yard.clock.skewMs += (LIMITS.fullLookSeconds + 1) * 1_000;
    const [due] = await yard.check(ref);
    assert.equal(due?.outcome, 'synced');
    await isMirrored();
    assert.equal((await yard.check(ref))[0]?.outcome, 'quiet');
    const wakeAt = (await readHead(yard.deps.table, ref))?.wakeAt ?? 0;
    assert.ok(wakeAt * 1_000 > yard.deps.now() + (LIMITS.fullLookSeconds - 60) * 1_000);
  });
});

describe('a folder that another client renamed', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let yard: Yard;
  let ref: AccountRef;

  before(async () => {
    server = await startDovecot();
    oracle = dovecotOracle(server);
    yard = await startYard();
    ref = await yard.addAccount(server, 'alice');
    await oracle.createFolder('alice', 'Plans');
    for (const subject of ['One', 'Two', 'Three']) await oracle.deliver('alice', 'Plans', letter({ subject }));
    await checkUntilQuiet(yard, ref);
    await yard.addRule(ref, {
      name: 'Ideas',
      mailboxes: [{ path: 'Ideas' }],
      conditions: {},
      actions: [{ type: 'flag' }],
    });
  });
  after(async () => {
    await yard?.stop();
    await server?.stop();
  });

  const idOf = async (path: string): Promise<string | undefined> =>
    (await readCursorPages(yard.deps.table, ref)).flatMap(({ folders }) => folders).find((one) => one.path === path)
      ?.id;

  it('keeps its mirror, and what arrived in it meanwhile is new', async () => {
    const before = await idOf('Plans');
    await oracle.renameFolder('alice', 'Plans', 'Ideas');
    await oracle.deliver('alice', 'Ideas', letter({ subject: 'Four' }));
    const { effects } = await checkUntilQuiet(yard, ref);
    assert.equal(await idOf('Ideas'), before);
    assert.equal(await idOf('Plans'), undefined);
    assert.equal(effects.flag, 1);
    assert.deepEqual(await mirrorOf(yard, ref, 'Ideas'), await oracle.listMessages('alice', 'Ideas'));
  });

  it('deleted and made again is another folder', async () => {
    const before = await idOf('Ideas');
    await oracle.deleteFolder('alice', 'Ideas');
    await oracle.createFolder('alice', 'Ideas');
    await oracle.deliver('alice', 'Ideas', letter({ subject: 'Five' }));
    await checkUntilQuiet(yard, ref);
    assert.deepEqual(await mirrorOf(yard, ref, 'Ideas'), await oracle.listMessages('alice', 'Ideas'));
    assert.equal(await idOf('Ideas'), before);
  });
});
