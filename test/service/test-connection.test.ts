/** Who asks for a connection learns whether a mail server let them in, and not what else listens where. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { egressPolicy } from '../../shared/egress/policy.ts';
import { isMailyardError, type MailyardError } from '../../shared/errors.ts';
import { LIMITS } from '../../shared/limits.ts';
import { testConnection } from '../../shared/service/test-connection.ts';
import { startSniffer } from '../support/byte-sniffer.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { freePort } from '../support/free-port.ts';
import { LOOPBACK_ONLY } from '../support/yard.ts';

const deps = { egress: LOOPBACK_ONLY, now: Date.now, deadline: () => Date.now() + 25_000 };
const PASSWORD = 'alice-password';

const failure = async (port: number, tls: 'implicit' | 'starttls', more = deps): Promise<MailyardError> => {
  const server = { host: '127.0.0.1', port, tls, user: 'alice' };
  const error: unknown = await testConnection(more, server, { kind: 'password', password: PASSWORD }).catch(
    (one) => one,
  );
  assert.ok(isMailyardError(error), String(error));
  return error;
};

/** What may listen on a port, without being a mail server. */
const OTHERS: Readonly<Record<string, (socket: Socket) => void>> = {
  'hangs up': (socket) => socket.destroy(),
  'closes politely': (socket) => socket.end(),
  'speaks SSH': (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
  'speaks SMTP': (socket) => socket.write('220 mail.example.test ESMTP\r\n'),
  'speaks FTP': (socket) => socket.end('220 welcome\r\n530 no\r\n'),
  'speaks nonsense': (socket) => socket.end(Buffer.from([0, 255, 1, 13, 10, 13, 10, 42])),
  echoes: (socket) => socket.pipe(socket),
};

// At once, as some wait for a greeting until time is up.
describe('a port that is open and one that is closed', { concurrency: true }, () => {
  const same = async (port: number, tls: 'implicit' | 'starttls', timeoutMs?: number): Promise<void> => {
    const startedAt = performance.now();
    const endsAt = Date.now() + (timeoutMs ?? 25_000);
    const { code, message, fields } = await failure(port, tls, { ...deps, deadline: () => endsAt });
    const closed = await failure(await freePort(), tls);
    assert.deepEqual([code, message, fields], ['imap.unreachable', closed.message, closed.fields]);
    // Not a measurement: the floor below which no such answer comes.
    assert.ok(performance.now() - startedAt >= 2 * LIMITS.connectionTestSecondsMin * 1_000 - 20);
  };
  for (const [what, act] of Object.entries(OTHERS)) {
    it(`are answered alike: one that ${what}`, async (t) => {
      const server = await startSniffer((socket) => act(socket));
      t.after(() => server.stop());
      await Promise.all([same(server.port, 'implicit'), same(server.port, 'starttls')]);
      assert.ok(server.connections() >= 2);
      assert.ok(!server.sent().includes(PASSWORD));
    });
  }
  it('are answered alike: one that speaks HTTP', async (t) => {
    const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    await Promise.all([same(port, 'implicit'), same(port, 'starttls')]);
  });
  it('are answered alike: a mail server without TLS where TLS was asked for', async (t) => {
    const server = await startDovecot({ tls: 'none' });
    t.after(() => server.stop());
    await same(server.port, 'implicit');
  });
});

describe('an address that may not be connected to', () => {
  let server: Dovecot;
  before(async () => {
    server = await startDovecot();
  });
  after(() => server.stop());
  it('is refused in the same words whether anybody listens there, and nobody is asked', async (t) => {
    const open = await startSniffer(server.port);
    t.after(() => open.stop());
    const closedPort = await freePort();
    const only = { ...deps, egress: egressPolicy({ ports: [open.port, closedPort] }) };
    const [a, b] = [await failure(open.port, 'implicit', only), await failure(closedPort, 'implicit', only)];
    assert.deepEqual([a.code, a.message, a.fields], ['imap.host-refused', b.message, b.fields]);
    assert.equal(open.connections(), 0);
  });

  it('is reached where the operator allows the network', async () => {
    const egress = egressPolicy({ ports: [server.port], networks: ['127.0.0.0/8'] });
    const account = { host: '127.0.0.1', port: server.port, tls: 'implicit', user: 'alice', ca: server.ca } as const;
    const { folders } = await testConnection({ ...deps, egress }, account, { kind: 'password', password: PASSWORD });
    assert.ok(folders.some(({ path }) => path === 'INBOX'));
  });
});

describe('a login that a known provider refuses', () => {
  it('names the provider’s own page, or its way of signing in', async (t) => {
    const server = await startDovecot();
    t.after(() => server.stop());
    const refusal = async (user: string) => {
      const account = { host: '127.0.0.1', port: server.port, tls: 'implicit', user, ca: server.ca } as const;
      const error: unknown = await testConnection(deps, account, { kind: 'password', password: 'no such' }).catch(
        (one) => one,
      );
      assert.ok(isMailyardError(error, 'imap.auth-failed'), String(error));
      assert.deepEqual(error.fields, [{ pointer: '/password', detail: error.message }]);
      return error.message;
    };
    assert.match(await refusal('robin@gmail.com'), /^Google .* https:\/\/myaccount\.google\.com\/apppasswords$/);
    assert.match(await refusal('robin@hotmail.com'), /^Microsoft takes no passwords .* \/v1\/accounts\/authorize$/);
    assert.match(await refusal('robin@example.org'), /some providers ask for an app password/);
  });
});
