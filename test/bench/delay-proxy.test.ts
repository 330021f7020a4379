import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createServer, type Server } from 'node:tls';
import { type DelayProxy, startDelayProxy } from '../../bench/delay-proxy.ts';
import { openRawImap } from '../../bench/raw-imap.ts';
import { createCertificate, type ServerCertificate } from '../support/certificates.ts';

const RTT_MS = 40;

let certificate: ServerCertificate;
let server: Server;
let proxy: DelayProxy;

before(async () => {
  certificate = await createCertificate('good');
  server = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (socket) => {
    socket.write('* OK hello\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      for (const [, tag] of bytes.toString().matchAll(/^(\S+) .*\r\n/gm)) socket.write(`${tag} OK done\r\n`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startDelayProxy(certificate);
});
after(async () => {
  await proxy.stop();
  server.close();
});

const port = () => (server.address() as AddressInfo).port;

const talk = () =>
  proxy.during(async () => {
    const from = performance.now();
    const imap = await openRawImap({ port: proxy.port, ca: certificate.caPem });
    const greetedMs = performance.now() - from;
    await imap.ask('LOGIN a b', 'LIST "" "*"');
    const answeredMs = performance.now() - from;
    await imap.ask('NOOP');
    imap.close();
    return { greetedMs, answeredMs, doneMs: performance.now() - from };
  });

test('a line has a round trip for TCP, one for TLS, one for the greeting and one for each turn', async () => {
  await proxy.aim({ port: port(), rttMs: RTT_MS, tap: false });
  const { greetedMs, answeredMs, doneMs, traffic } = await talk();
  assert.ok(greetedMs >= 3 * RTT_MS - 5, `greeted after ${greetedMs} ms`);
  assert.ok(answeredMs - greetedMs >= RTT_MS - 2, `answered ${answeredMs - greetedMs} ms later`);
  assert.ok(doneMs - answeredMs >= RTT_MS - 2, `again ${doneMs - answeredMs} ms later`);
  assert.equal(traffic.connections, 1);
  assert.ok(traffic.bytesUp > 100 && traffic.bytesDown > 500);
  assert.equal(traffic.commands, undefined);
});

test('the tap sees commands and turns inside TLS', async () => {
  await proxy.aim({ port: port(), rttMs: RTT_MS, tap: true });
  const { traffic } = await talk();
  assert.deepEqual(traffic.commands, { LOGIN: 1, LIST: 1, NOOP: 1 });
  assert.equal(traffic.turns, 2);
});
