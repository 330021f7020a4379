/** Many accounts of one mail server in one batch: no more connections to it at once than is polite. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createServer, type Server } from 'node:tls';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { createCertificate } from '../support/certificates.ts';
import { startYard, type Yard } from '../support/yard.ts';

const ACCOUNTS = LIMITS.connectionsPerHostMax + 10;
/** So that whoever would come beside the allowed ones is seen. */
const LINGER_MS = 500;

let yard: Yard;
let server: Server;
let ca = '';
let [open, most] = [0, 0];
before(async () => {
  yard = await startYard();
  const { certPem, keyPem, caPem } = await createCertificate('good');
  ca = caPem;
  const waiting: (() => void)[] = [];
  let isReleased = false;
  const release = () => {
    isReleased = true;
    for (const answer of waiting.splice(0)) answer();
  };
  // Lets nobody in, and tells nobody so before as many have come as may.
  server = createServer({ cert: certPem, key: keyPem }, (socket) => {
    open += 1;
    most = Math.max(most, open);
    if (most === LIMITS.connectionsPerHostMax && !isReleased) setTimeout(release, LINGER_MS);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        open -= 1;
      });
    socket.write('* OK [CAPABILITY IMAP4rev1] ready\r\n');
    socket.setEncoding('latin1').on('data', (text: string) => {
      const [tag] = text.split(' ');
      const answer = () => socket.writable && socket.end(`${tag} NO [UNAVAILABLE] later\r\n`);
      if (isReleased) answer();
      else waiting.push(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
after(async () => {
  server?.close();
  await yard?.stop();
});

test('a mail server sees as many connections of one worker as it may, and the others when those have ended', {
  timeout: 120_000,
}, async () => {
  const { port } = server.address() as AddressInfo;
  const names = Array.from({ length: ACCOUNTS }, (_, n) => `user${n}`);
  const users = Object.fromEntries(names.map((name) => [name, 'canary-password-user']));
  const accounts = await Promise.all(
    names.map((name) => yard.addAccount({ host: '127.0.0.1', port, ca, users }, name)),
  );
  const tickSeconds = Math.floor(yard.deps.now() / 1_000);
  const message = { accounts, tickSeconds, pollSeconds: 60, batch: { pollGroup: '60#0', n: 0 } };
  const reports = await checkAccounts(yard.deps, configCache(yard.deps), message);
  assert.equal(reports.filter(({ outcome }) => outcome === 'failed').length, ACCOUNTS);
  assert.equal(most, LIMITS.connectionsPerHostMax);
});
