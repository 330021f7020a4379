/** What a server answered to ENABLE once is not waited for again; one that answers otherwise by then does no harm. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { AccountRef } from '../../shared/store/head.ts';
import { enablesNothing, type Oddity } from '../chaos/oddities.ts';
import type { TlsProxy } from '../chaos/tls-proxy.ts';
import type { Dovecot } from '../support/dovecot.ts';
import type { DovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { mirrorOf } from '../support/mirror.ts';
import { type ProxiedYard, startProxiedYard } from '../support/proxied-yard.ts';
import { checkUntilQuiet, type Yard } from '../support/yard.ts';

const USER = 'alice';
const MESSAGES = 12;
const WAIT_TURNS = 60;

describe('a folder that changed, on a server that was asked before', () => {
  let proxied: ProxiedYard;
  let server: Dovecot;
  let oracle: DovecotOracle;
  let proxy: TlsProxy;
  let yard: Yard;
  let ref: AccountRef;

  before(async () => {
    proxied = await startProxiedYard({ users: { [USER]: 'secret' } });
    ({ server, oracle, proxy, yard } = proxied);
    const letters = Array.from({ length: MESSAGES }, () => ({ source: letter() }));
    await oracle.deliverAll(USER, 'INBOX', letters);
    lookLike();
    ref = await yard.addAccount({ ...proxy, users: {} }, USER, { password: 'secret' });
    await checkUntilQuiet(yard, ref);
  });
  after(() => proxied?.stop());

  /** ENABLE reaches the server once something came behind it, or when that has had its time. */
  const lookLike = (...oddities: Oddity[]): void => {
    const before = async (): Promise<void> => {
      if (proxy.seen().commands.at(-1)?.startsWith('ENABLE') !== true) return;
      for (let turns = WAIT_TURNS; turns > 0 && !proxy.seen().pipelined; turns -= 1) await setTimeout(5);
    };
    proxy.set({ port: server.plainPort, oddities, before });
  };
  /** One check of a folder in which somebody has turned a flag. */
  const checkWith = async (uid: number, ...oddities: Oddity[]) => {
    await oracle.addFlags(USER, 'INBOX', uid, ['\\Flagged']);
    lookLike(...oddities);
    const [report] = await yard.check(ref);
    assert.ok(report?.outcome === 'synced', JSON.stringify(report));
    const { commands, pipelined } = proxy.seen();
    return { names: commands.map((command) => command.split(' ')[0]), pipelined, more: report.sync.more };
  };
  const isLevel = async (): Promise<void> =>
    assert.deepEqual(await mirrorOf(yard, ref, 'INBOX'), await oracle.listMessages(USER, 'INBOX'));
  const COMMANDS = ['LOGIN', 'LIST', 'ENABLE', 'EXAMINE'];

  it('waits for the answer the first time', async () => {
    assert.deepEqual(await checkWith(1), { names: COMMANDS, pipelined: false, more: false });
    await isLevel();
  });

  it('is opened in the same turn from then on', async () => {
    for (const uid of [2, 3]) {
      assert.deepEqual(await checkWith(uid), { names: COMMANDS, pipelined: true, more: false });
      await isLevel();
    }
  });

  it('is compared in full where the server has come to enable nothing, and the answer is waited for again', async () => {
    const first = await checkWith(4, enablesNothing);
    assert.deepEqual(first, { names: COMMANDS, pipelined: true, more: true });
    const second = await checkWith(5, enablesNothing);
    assert.equal(second.pipelined, false);
    await isLevel();
    const third = await checkWith(6, enablesNothing);
    assert.deepEqual({ pipelined: third.pipelined, more: third.more }, { pipelined: false, more: false });
    await isLevel();
  });

  it('is opened so again once the server has answered as it did', async () => {
    assert.equal((await checkWith(7)).pipelined, false);
    assert.equal((await checkWith(8)).pipelined, true);
    await isLevel();
  });
});
