/** The next connection to a server goes on with its TLS session, and only where it is trusted for the same reasons. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createServer, type Server } from 'node:tls';
import { type MailServer, withSession } from '../../shared/imap/session.ts';
import { createCertificate, type ServerCertificate } from '../support/certificates.ts';
import { LOOPBACK_ONLY } from '../support/yard.ts';

let server: Server;
let certificate: ServerCertificate;
const reused: boolean[] = [];
before(async () => {
  certificate = await createCertificate('good');
  server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (socket) => {
    reused.push(socket.isSessionReused());
    socket.on('error', () => undefined);
    socket.write('* OK [CAPABILITY IMAP4rev1] ready\r\n');
    socket.setEncoding('latin1').on('data', (text: string) => {
      for (const line of text.split('\r\n').filter((one) => one !== ''))
        socket.write(`${line.split(' ')[0]} OK done\r\n`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(() => server?.close());

const connect = async (more: Partial<MailServer> = {}): Promise<boolean | undefined> => {
  const { port } = server.address() as AddressInfo;
  const credential = { kind: 'password', password: 'canary-tls-password' } as const;
  const to: MailServer = { host: '127.0.0.1', port, tls: 'implicit', user: 'ann', ca: certificate.caPem, ...more };
  await withSession({ server: to, credential, egress: LOOPBACK_ONLY, timeoutMs: 10_000 }, async () => undefined);
  return reused.at(-1);
};

test('a second connection resumes the first, whoever logs in', async () => {
  assert.equal(await connect(), false);
  assert.equal(await connect(), true);
  assert.equal(await connect({ user: 'bob' }), true);
});

test('one that is trusted for another reason is verified anew', async () => {
  const { caPem } = certificate;
  assert.equal(await connect({ ca: `${caPem}\n` }), false);
  const other = await createCertificate('good');
  await assert.rejects(connect({ ca: other.caPem }), { code: 'imap.certificate' });
  await assert.rejects(connect({ pin: `${'00'.repeat(32)}` }));
  assert.equal(await connect(), true);
});
