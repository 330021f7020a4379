import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectPlain, createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { localCertificate } from '../../local/demo/certificate.ts';
import { clientFor, connect, converse, inboxOf, LOGIN, startDemo, temporaryFolder } from './demo-support.ts';

test('Only the one user with the one password may log in, by either command', async (t) => {
  const folder = await temporaryFolder(t);
  const { port } = await startDemo(t, folder);
  for (const loginMethod of ['LOGIN', 'AUTH=PLAIN']) {
    const right = await clientFor(folder, port, { loginMethod });
    await right.connect();
    await right.logout();
    const wrong = [{ pass: 'no' }, { pass: '' }, { user: 'testuser', pass: 'testpass' }, { user: 'constructor' }];
    for (const auth of wrong) {
      const client = await clientFor(folder, port, { ...auth, loginMethod });
      await assert.rejects(client.connect(), { authenticationFailed: true }, JSON.stringify(auth));
    }
  }
});

test('Before login nothing of the mailbox is told', async (t) => {
  const folder = await temporaryFolder(t);
  const { port } = await startDemo(t, folder);
  const commands = [
    'LIST "" "*"',
    'STATUS INBOX (MESSAGES)',
    'SELECT INBOX',
    'CREATE x',
    'UID FETCH 1:* (UID)',
    'IDLE',
  ];
  const lines = await converse(folder, port, commands);
  for (const [index] of commands.entries()) assert.match(lines.join('\n'), new RegExp(`^a${index} (NO|BAD) `, 'm'));
  assert.equal(lines.filter((line) => /^\* (LIST|STATUS|\d)/.test(line)).length, 0);
});

test('AUTHENTICATE PLAIN with the answer on a line of its own leaves the connection usable', async (t) => {
  const folder = await temporaryFolder(t);
  const { port } = await startDemo(t, folder);
  const answer = Buffer.from('\0robin@studio.example\0pass "word" \\ 7').toString('base64');
  const lines = await converse(folder, port, ['AUTHENTICATE PLAIN', answer, 'NOOP', 'LIST "" "*"'], (line, index) =>
    index === 1 ? line : `a${index} ${line}`,
  );
  assert.ok(lines.includes('+ '));
  assert.ok(lines.some((line) => line.startsWith('a0 OK')));
  assert.ok(lines.some((line) => line.startsWith('a2 OK')));
  assert.ok(lines.some((line) => line.startsWith('* LIST')));
});

test('TLS 1.2 and 1.3 are spoken, older ones refused, and the certificate is verified', async (t) => {
  const folder = await temporaryFolder(t);
  const { port } = await startDemo(t, folder);
  const { certPem } = await localCertificate(folder);
  const negotiate = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3', ca?: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const limits = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      const socket = connectTls({ host: '127.0.0.1', port, ...limits, ...(ca === undefined ? {} : { ca }) });
      socket.once('error', reject);
      socket.once('secureConnect', () => {
        resolve(`${socket.getProtocol()} ${socket.authorized}`);
        socket.destroy();
      });
    });
  assert.equal(await negotiate('TLSv1.2', certPem), 'TLSv1.2 true');
  assert.equal(await negotiate('TLSv1.3', certPem), 'TLSv1.3 true');
  await assert.rejects(negotiate('TLSv1.1', certPem));
  await assert.rejects(negotiate('TLSv1.3'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

test('A client in clear text gets no greeting and no answer, and the server lives on', async (t) => {
  const folder = await temporaryFolder(t);
  const { port } = await startDemo(t, folder);
  const silent = connectPlain(port, '127.0.0.1');
  const talking = connectPlain(port, '127.0.0.1');
  let received = '';
  for (const socket of [silent, talking]) {
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
    });
    socket.on('error', () => undefined);
  }
  await once(talking, 'connect');
  talking.write('a1 LOGIN robin@studio.example x\r\na2 CAPABILITY\r\n');
  await Promise.race([once(talking, 'close'), pause(2_000)]);
  await pause(100);
  // A TLS alert (RFC 8446 section 6) is two bytes of binary after its head; no text is among it.
  assert.doesNotMatch(received, /[ -~]{4}/);
  silent.destroy();
  await connect(t, folder, port);
});

test('The port is bound on 127.0.0.1 alone', async (t) => {
  const { port, host } = await startDemo(t, await temporaryFolder(t));
  assert.equal(host, '127.0.0.1');
  const other = createServer();
  // Free on another address of this machine, so it was not taken on all of them; where there is no such address, none is at risk.
  const failed = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    other.once('error', resolve);
    other.listen(port, '127.0.0.2', () => resolve(undefined));
  });
  other.close();
  assert.ok(failed === undefined || failed.code === 'EADDRNOTAVAIL', failed?.code);
});

test('A watching client is told of new mail and of flags that another sets', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startDemo(t, folder, { seed: () => inboxOf('Subject: one\r\n\r\n1\r\n') });
  const watcher = await connect(t, folder, server.port);
  const other = await connect(t, folder, server.port);
  await watcher.mailboxOpen('INBOX');
  const idling = watcher.idle();
  await pause(50);
  const arrived = once(watcher, 'exists');
  server.deliver('Subject: two\r\n\r\n2\r\n');
  assert.equal((await arrived)[0].count, 2);
  const flagged = once(watcher, 'flags');
  await other.mailboxOpen('INBOX');
  await other.messageFlagsAdd('2', ['\\Flagged'], { uid: true });
  const [event] = await flagged;
  assert.deepEqual([event.uid, [...event.flags]], [2, ['\\Flagged']]);
  const gone = once(watcher, 'expunge');
  await other.messageMove('1', 'Archive', { uid: true });
  assert.equal((await gone)[0].seq, 1);
  await watcher.noop();
  await idling;
});

test('ID, ENABLE, NAMESPACE, UNSELECT and pipelined commands are answered', async (t) => {
  const folder = await temporaryFolder(t);
  const { port } = await startDemo(t, folder);
  const commands = [
    LOGIN,
    'ID ("name" "test")',
    'ENABLE CONDSTORE',
    'NAMESPACE',
    'EXAMINE INBOX',
    'UNSELECT',
    'STATUS Nowhere (MESSAGES)',
    'CAPABILITY',
  ];
  const lines = await converse(folder, port, commands);
  const tagged = lines.filter((line) => line.startsWith('a')).map((line) => line.split(' ').slice(0, 2).join(' '));
  assert.deepEqual(tagged, ['a0 OK', 'a1 OK', 'a2 OK', 'a3 OK', 'a4 OK', 'a5 OK', 'a6 NO', 'a7 OK']);
  assert.ok(lines.includes('* NAMESPACE (("" "/")) NIL NIL'));
  assert.ok(lines.some((line) => /^a4 OK \[READ-ONLY\]/.test(line)));
  const offered = lines.find((line) => line.startsWith('* CAPABILITY')) ?? '';
  for (const name of [
    'IMAP4rev1',
    'UIDPLUS',
    'MOVE',
    'SPECIAL-USE',
    'IDLE',
    'ID',
    'ENABLE',
    'NAMESPACE',
    'UNSELECT',
    'LITERAL+',
  ]) {
    assert.ok(offered.split(' ').includes(name), name);
  }
  for (const name of ['CONDSTORE', 'STARTTLS', 'LIST-STATUS']) assert.ok(!offered.split(' ').includes(name), name);
});

test('Lines that are no commands are refused, and neither connection nor server dies of them', async (t) => {
  const folder = await temporaryFolder(t);
  const { port } = await startDemo(t, folder);
  const odd = [
    '',
    ' ',
    '*',
    'a0',
    'a0 \0',
    'a0 NOPE',
    'a0 LIST "',
    'a0 UID',
    'a0 LOGIN {0+}\r\n {0+}\r\n',
    '(((',
    'a0 FETCH ) (',
    'a0 ../server',
  ];
  for (const line of odd) {
    const lines = await converse(folder, port, [line, 'CAPABILITY'], (text, index) =>
      index === 0 ? text : `a1 ${text}`,
    );
    assert.ok(
      lines.some((reply) => /^a1 OK/.test(reply)),
      JSON.stringify(line),
    );
  }
});
