/** A server that asks to wait is left alone until then, and the owner is told until when. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createServer, type Server } from 'node:tls';
import { configCache } from '../../shared/service/account-config.ts';
import { getHealth } from '../../shared/service/account-health.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { getAccount } from '../../shared/service/manage-accounts.ts';
import type { AccountRef } from '../../shared/store/head.ts';
import { createCertificate } from '../support/certificates.ts';
import { startYard, type Yard } from '../support/yard.ts';

describe('a server that asks to wait', () => {
  let server: Server;
  let yard: Yard;
  let ref: AccountRef;
  let logins = 0;

  before(async () => {
    const { certPem, keyPem, caPem: ca } = await createCertificate('good');
    server = createServer({ cert: certPem, key: keyPem }, (socket) => {
      socket.on('error', () => undefined);
      socket.write('* OK [CAPABILITY IMAP4rev1 LIST-STATUS] ready\r\n');
      socket.setEncoding('latin1').on('data', (text: string) => {
        for (const line of text.split('\r\n').filter((one) => one !== '')) {
          const [tag, command] = line.split(' ');
          if (command === 'LOGIN') logins += 1;
          const isLogin = command === 'LOGIN' || command === 'CAPABILITY';
          socket.write(isLogin ? `${tag} OK done\r\n` : `${tag} NO [LIMIT] rate limit hit\r\n`);
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    yard = await startYard();
    const { port } = server.address() as AddressInfo;
    ref = await yard.addAccount({ host: '127.0.0.1', port, ca, users: { alice: 'secret' } }, 'alice');
  });
  after(async () => {
    server?.close();
    await yard?.stop();
  });

  const scheduled = async () => {
    const tickSeconds = Math.floor(yard.deps.now() / 1_000);
    const message = { accounts: [ref], tickSeconds, pollSeconds: 60 };
    return (await checkAccounts(yard.deps, configCache(yard.deps), message))[0];
  };

  it('is asked once, and not again before its time', async () => {
    const report = await scheduled();
    assert.ok(report?.outcome === 'failed' && report.code === 'imap.throttled', JSON.stringify(report));
    assert.equal(logins, 1);
    assert.equal((await scheduled())?.outcome, 'left');
    assert.equal(logins, 1);
    const { failure } = await getAccount(yard.deps, { tenant: ref.tenant, id: ref.accountId });
    assert.ok((failure?.until ?? 0) > yard.deps.now() + 250_000);
    const { state, throttledUntil, nextCheckAt, failure: told } = await getHealth(yard.deps, ref);
    assert.deepEqual([state, told?.code, told?.count], ['active', 'imap.throttled', 1]);
    // Known to the second.
    assert.equal(throttledUntil, Math.floor((failure?.until ?? 0) / 1_000) * 1_000);
    assert.ok((nextCheckAt ?? 0) >= (throttledUntil ?? Number.POSITIVE_INFINITY), 'no turn before that');
  });

  it('is asked again after it, and then left alone for longer', async () => {
    yard.clock.skewMs += 301_000;
    assert.equal((await scheduled())?.outcome, 'failed');
    assert.equal(logins, 2);
    const { failure } = await getAccount(yard.deps, { tenant: ref.tenant, id: ref.accountId });
    assert.ok((failure?.until ?? 0) > yard.deps.now() + 550_000);
    assert.equal(failure?.count, 2);
  });
});
