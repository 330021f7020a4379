/** A mail server may name another (RFC 2193, RFC 2221); its word is not the owner's, and nobody goes there. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createServer } from 'node:tls';
import { isMailyardError } from '../../shared/errors.ts';
import { testConnection } from '../../shared/service/test-connection.ts';
import { startSniffer } from '../support/byte-sniffer.ts';
import { createCertificate } from '../support/certificates.ts';
import { LOOPBACK_ONLY } from '../support/yard.ts';

type Script = { readonly greeting?: string; readonly LOGIN?: string; readonly LIST?: string };

describe('a mail server that refers to another', () => {
  let elsewhere: Awaited<ReturnType<typeof startSniffer>>;
  let certificate: Awaited<ReturnType<typeof createCertificate>>;
  let code: string;
  before(async () => {
    elsewhere = await startSniffer((socket) => socket.write('* OK IMAP4rev1 ready\r\n'));
    certificate = await createCertificate();
    code = `[REFERRAL imap://alice;AUTH=*@127.0.0.1:${elsewhere.port}/INBOX]`;
  });
  after(() => elsewhere?.stop());

  /** How often it was connected to, and what came of it. */
  const ask = async (script: Script): Promise<readonly [connections: number, came: string]> => {
    let connections = 0;
    const server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      socket.write(script.greeting ?? '* OK [CAPABILITY IMAP4rev1 LOGIN-REFERRALS MAILBOX-REFERRALS] ready\r\n');
      socket.setEncoding('latin1').on('data', (text: string) => {
        for (const line of text.split('\r\n').filter((one) => one !== '')) {
          const [tag = '', command = ''] = line.split(' ');
          socket.write(`${tag} ${script[command as keyof Script] ?? 'OK done'}\r\n`);
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const deps = { egress: LOOPBACK_ONLY, now: Date.now, deadline: () => Date.now() + 25_000 };
    const account = { host: '127.0.0.1', port, tls: 'implicit', user: 'alice', ca: certificate.caPem } as const;
    try {
      await testConnection(deps, account, { kind: 'password', password: 'alice-password' });
      return [connections, 'in'];
    } catch (error) {
      assert.ok(isMailyardError(error), String(error));
      return [connections, error.code];
    } finally {
      server.close();
    }
  };

  it('as it greets, refuses the login, takes it, or refuses a command, is not followed', async () => {
    const all = [
      await ask({ greeting: `* BYE ${code} try there\r\n` }),
      await ask({ LOGIN: `NO ${code} not here` }),
      await ask({ LOGIN: `OK ${code} but better there` }),
      await ask({ LIST: `NO ${code} not here` }),
    ];
    assert.deepEqual(all, [
      [1, 'imap.unreachable'],
      [1, 'imap.auth-failed'],
      [1, 'in'],
      [1, 'imap.refused'],
    ]);
    assert.deepEqual([elsewhere.connections(), elsewhere.sent().length], [0, 0]);
  });

  it('would be seen where it was followed', async () => {
    const socket = connect(elsewhere.port, '127.0.0.1');
    await once(socket, 'data');
    socket.destroy();
    assert.equal(elsewhere.connections(), 1);
  });
});
