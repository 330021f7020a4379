import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect } from 'node:tls';
import { capabilityWithout, type Dovecot, startDovecot } from './dovecot.ts';
import { type DovecotOracle, dovecotOracle } from './dovecot-oracle.ts';

const MESSAGE = 'From: Ann <ann@example.test>\r\nSubject: hello\r\n\r\nGrüße\r\n';

let server: Dovecot;
let oracle: DovecotOracle;
before(async () => {
  server = await startDovecot();
  oracle = dovecotOracle(server);
});
after(() => server.stop());

/** Verified TLS, one command, what came back up to its tagged answer. */
const askOverTls = async (to: Dovecot, command: string, options: ConnectionOptions = {}): Promise<string> => {
  const socket = connect({ host: '127.0.0.1', port: to.port, ca: to.ca, ...options });
  try {
    await once(socket, 'secureConnect');
    let answer = '';
    socket.write(command);
    for await (const chunk of socket) {
      answer += String(chunk);
      if (/^t (OK|NO|BAD)/m.test(answer)) break;
    }
    return answer;
  } finally {
    socket.destroy();
  }
};

test('a login over TLS verified by its own CA', async () => {
  const answer = await askOverTls(server, 't LOGIN alice alice-password\r\n');
  assert.match(answer, /^t OK \[CAPABILITY IMAP4rev1 .*CONDSTORE QRESYNC.*\] Logged in/m);
});

test('a wrong password is refused at once', async () => {
  const startedAt = Date.now();
  assert.match(await askOverTls(server, 't LOGIN alice wrong\r\n'), /^t NO \[AUTHENTICATIONFAILED\]/m);
  assert.ok(Date.now() - startedAt < 1_500);
});

test('nobody else’s CA verifies it', async () => {
  const other = await startDovecot();
  try {
    await assert.rejects(askOverTls(server, '', { ca: other.ca }), /unable to verify|unable to get/);
    assert.match(await askOverTls(other, 't LOGIN bob bob-password\r\n'), /^t OK/m);
  } finally {
    await other.stop();
  }
});

for (const [kind, reason] of [
  ['expired', /expired/],
  ['not-yet-valid', /not yet valid/],
  ['wrong-name', /does not match certificate/],
] as const) {
  test(`a ${kind} certificate fails although its CA is trusted`, async () => {
    const bad = await startDovecot({ certificate: kind });
    try {
      await assert.rejects(askOverTls(bad, '', { servername: 'localhost' }), reason);
    } finally {
      await bad.stop();
    }
  });
}

test('a self-signed certificate fails unless it is itself trusted', async () => {
  const own = await startDovecot({ certificate: 'self-signed' });
  try {
    await assert.rejects(askOverTls(own, '', { ca: [] }), /self-signed/);
    assert.match(await askOverTls(own, 't NOOP\r\n'), /^t OK/m);
  } finally {
    await own.stop();
  }
});

const greetingAndCapability = async (port: number): Promise<string> => {
  const socket = connectTcp(port, '127.0.0.1');
  let answer = '';
  socket.write('t CAPABILITY\r\n');
  for await (const chunk of socket) {
    answer += String(chunk);
    if (/^t OK/m.test(answer)) break;
  }
  return answer;
};

test('the plain port offers STARTTLS, unless the server knows no TLS', async () => {
  assert.match(await greetingAndCapability(server.plainPort), /STARTTLS/);
  const plain = await startDovecot({ tls: 'none' });
  try {
    assert.equal(plain.port, plain.plainPort);
    assert.doesNotMatch(await greetingAndCapability(plain.port), /STARTTLS|LOGINDISABLED/);
  } finally {
    await plain.stop();
  }
});

test('a server can announce less than it knows', async () => {
  const old = await startDovecot({ capability: capabilityWithout('CONDSTORE', 'QRESYNC', 'MOVE') });
  try {
    const answer = await askOverTls(old, 't LOGIN alice alice-password\r\n');
    assert.match(answer, /UIDPLUS/);
    assert.doesNotMatch(answer, /CONDSTORE|QRESYNC|MOVE/);
  } finally {
    await old.stop();
  }
});

test('the oracle delivers, lists, changes and takes away', async () => {
  assert.deepEqual(await oracle.folders('alice'), ['Archive', 'Drafts', 'INBOX', 'Junk', 'Sent', 'Trash']);
  const uid = await oracle.deliver('alice', 'INBOX', MESSAGE, ['\\Seen', 'work']);
  assert.deepEqual(await oracle.listMessages('alice', 'INBOX'), [{ uid, flags: ['\\Seen', 'work'] }]);
  assert.equal(await oracle.fetchText('alice', 'INBOX', uid), MESSAGE.replaceAll('\r\n', '\n'));
  assert.equal(await oracle.fetchText('alice', 'INBOX', 999), undefined);

  await oracle.addFlags('alice', 'INBOX', uid, ['\\Flagged']);
  await oracle.removeFlags('alice', 'INBOX', uid, ['work']);
  assert.deepEqual(await oracle.listMessages('alice', 'INBOX'), [{ uid, flags: ['\\Flagged', '\\Seen'] }]);
  await oracle.setFlags('alice', 'INBOX', uid, ['$label1']);
  assert.deepEqual((await oracle.listMessages('alice', 'INBOX'))[0]?.flags, ['$label1']);

  await oracle.createFolder('alice', 'Clients/Mölle & "Söhne"');
  await oracle.moveByAnotherClient('alice', 'INBOX', uid, 'Clients/Mölle & "Söhne"');
  assert.deepEqual(await oracle.listMessages('alice', 'INBOX'), []);
  const second = await oracle.deliver('alice', 'Clients/Mölle & "Söhne"', MESSAGE);
  assert.equal(second, 2);
  await oracle.renameFolder('alice', 'Clients/Mölle & "Söhne"', 'Clients/Old');
  await oracle.expunge('alice', 'Clients/Old', 1);
  assert.deepEqual(await oracle.listMessages('alice', 'Clients/Old'), [{ uid: 2, flags: [] }]);

  await oracle.setUidValidity('alice', 'Clients/Old', 4_000_000_000);
  const status = await oracle.status('alice', 'Clients/Old');
  assert.deepEqual(
    { ...status, highestModseq: 0n },
    { messages: 1, uidNext: 3, uidValidity: 4_000_000_000, highestModseq: 0n },
  );
  assert.ok(status.highestModseq > 1n);
  await oracle.deleteFolder('alice', 'Clients/Old');
  assert.ok(!(await oracle.folders('alice')).includes('Clients/Old'));
  assert.deepEqual(await oracle.listMessages('bob', 'INBOX'), []);
});

test('each message delivered has a modification sequence of its own', async () => {
  const uids = await oracle.deliverAll(
    'bob',
    'INBOX',
    Array.from({ length: 20 }, () => ({ source: MESSAGE })),
  );
  const rows: { modseq: string }[] = JSON.parse(
    await server.doveadm(['-f', 'json', 'fetch', '-u', 'bob', 'uid modseq', 'mailbox', 'INBOX']),
  );
  assert.equal(uids.length, 20);
  assert.equal(new Set(rows.map((row) => row.modseq)).size, 20);
});

test('stop leaves neither process nor folder', async () => {
  const short = await startDovecot();
  assert.ok(existsSync(short.dir));
  await short.stop();
  assert.ok(!existsSync(short.dir));
  await assert.rejects(greetingAndCapability(short.plainPort), /ECONNREFUSED/);
});

const isRoot = process.getuid?.() === 0;
/** As whoever runs the tests, and when that is root also as an ordinary user. */
const userIds = isRoot ? [0, 65_534] : [process.getuid?.() ?? 0];

for (const uid of userIds) {
  test(`it runs in a process of user ${uid === 0 ? 'root' : uid}`, async () => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'dovecot-as-ordinary-user.ts'), `${uid}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // Another user may not write where this run keeps its canaries, and no secret is in use there.
      env: { ...process.env, MAILYARD_CANARY_FOLDER: undefined },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(output), { uid, delivered: 1, held: [{ uid: 1, flags: [] }] });
  });
}

test('it ends and cleans up when the process that started it is killed', async () => {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'dovecot-as-ordinary-user.ts'), `${process.getuid?.() ?? 0}`, 'die'],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: server.dir } },
  );
  const [, signal] = await once(child, 'exit');
  assert.equal(signal, 'SIGKILL');
  const left = (): string[] => readdirSync(server.dir).filter((name) => name.startsWith('mailyard-dovecot-'));
  for (let waitedMs = 0; left().length > 0 && waitedMs < 5_000; waitedMs += 50) await sleep(50);
  assert.deepEqual(left(), []);
});
