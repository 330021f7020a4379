/** A server that leaves out a part of a listing and says OK, while as many other messages really go: the counts agree. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { readCursorPages } from '../../shared/store/cursors.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { readJournal } from '../chaos/journal-told.ts';
import { startTlsProxy, type TlsProxy } from '../chaos/tls-proxy.ts';
import { createCertificate } from '../support/certificates.ts';
import { capabilityWithout, type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const BELOW_THE_WINDOW = 10;
const MESSAGES = LIMITS.windowMessages + BELOW_THE_WINDOW;

describe('a listing with a gap that the counts do not show', () => {
  let server: Dovecot;
  let oracle: DovecotOracle;
  let proxy: TlsProxy;
  let yard: Yard;
  let ref: AccountRef;

  before(async () => {
    server = await startDovecot({ capability: capabilityWithout('CONDSTORE', 'QRESYNC', 'LIST-STATUS', 'ESEARCH') });
    oracle = dovecotOracle(server);
    proxy = await startTlsProxy(await createCertificate());
    yard = await startYard();
    const source = letter({ subject: 'Old' });
    await oracle.deliverAll(
      'alice',
      'INBOX',
      Array.from({ length: MESSAGES }, () => ({ source })),
    );
    proxy.set({ port: server.plainPort, oddities: [] });
    const password = server.users['alice'] ?? '';
    ref = await yard.addAccount({ ...proxy, users: {} }, 'alice', { password });
    await checkUntilQuiet(yard, ref);
  });
  after(async () => {
    await yard?.stop();
    await proxy?.stop();
    await server?.stop();
  });

  /** The UIDs of the folder that the journal says are gone. */
  const saidGone = async (): Promise<number[]> => {
    const inbox = (await readCursorPages(yard.deps.table, ref)).flatMap(({ folders }) => folders)[0];
    assert.ok(inbox?.path === 'INBOX');
    const { saidGone: isSaid } = await readJournal(yard.deps.table, ref);
    return Array.from({ length: MESSAGES }, (_, i) => i + 1).filter((uid) => isSaid(inbox, uid));
  };
  const isMirrored = async () =>
    assert.deepEqual(await mirrorOf(yard, ref, 'INBOX'), await oracle.listMessages('alice', 'INBOX'));
  /** Of a listing of `rows`, three in its middle are left out. */
  const threeMissing = (rows: number) => {
    const from = rows >> 1;
    return { by: 'truncated', share: (from + 0.5) / rows, to: (from + 3.5) / rows } as const;
  };

  it('three left out of the newest, three expunged below them: only these are gone', async () => {
    for (const uid of [1, 2, 3]) await oracle.expunge('alice', 'INBOX', uid);
    proxy.set({ port: server.plainPort, oddities: [], cut: threeMissing(LIMITS.windowMessages) });
    await checkUntilQuiet(yard, ref);
    assert.ok(proxy.seen().cut);
    assert.deepEqual(await saidGone(), [1, 2, 3]);
    await isMirrored();
  });

  it('three left out of a full listing, three expunged while it is made: only these are gone', async () => {
    yard.clock.skewMs += (LIMITS.fullLookSeconds + 1) * 1_000;
    const before = async () => {
      if (!proxy.seen().commands.at(-1)?.startsWith('UID FETCH 1:*')) return;
      if ((await oracle.listMessages('alice', 'INBOX')).length < MESSAGES - 3) return;
      for (const uid of [4, 5, 6]) await oracle.expunge('alice', 'INBOX', uid);
    };
    proxy.set({ port: server.plainPort, oddities: [], before, cut: threeMissing(MESSAGES - 3) });
    await checkUntilQuiet(yard, ref);
    assert.ok(proxy.seen().cut);
    assert.deepEqual(await saidGone(), [1, 2, 3, 4, 5, 6]);
    await isMirrored();
  });
});
