import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import type { ImapFlow } from 'imapflow';
import { isMailyardError } from '../../shared/errors.ts';
import { clientFor, connect, inboxOf, PASSWORD, startDemo, temporaryFolder, USER } from './demo-support.ts';

const message = (n: number): string => `Subject: message ${n}\r\n\r\nbody ${n} \xe4\r\n`;

/** Everything a client can see, by folder. */
const see = async (client: ImapFlow): Promise<Record<string, unknown>> => {
  const seen: Record<string, unknown> = {};
  for (const { path, specialUse, subscribed } of await client.list()) {
    const { uidValidity, uidNext } = await client.mailboxOpen(path);
    const query = { uid: true, flags: true, internalDate: true, source: true } as const;
    const messages = await client.fetchAll('1:*', query, { uid: true });
    const rows = messages.map(({ uid, flags, internalDate, source }) => [
      uid,
      [...(flags ?? [])],
      internalDate,
      source?.toString('hex'),
    ]);
    seen[path] = { specialUse, subscribed, uidValidity, uidNext, rows };
  }
  await client.mailboxClose();
  return seen;
};

test('A restart keeps folders, UIDs, UIDNEXT, UIDVALIDITY, flags, dates and bytes, and asks for no seed', async (t) => {
  const folder = await temporaryFolder(t);
  const first = await startDemo(t, folder, { seed: () => inboxOf(message(1), message(2), message(3)) });
  const client = await connect(t, folder, first.port);
  await client.mailboxOpen('INBOX');
  await client.messageFlagsAdd('1', ['\\Flagged', '$Work'], { uid: true });
  await client.messageCopy('2', 'Archive', { uid: true });
  await client.mailboxCreate('Größe/日本');
  await client.mailboxCreate('Gone');
  await client.mailboxDelete('Gone');
  await client.messageMove('2', 'Größe/日本', { uid: true });
  await client.append('Drafts', Buffer.from(message(9), 'latin1'), ['\\Draft'], new Date('2026-01-02T03:04:05Z'));
  await client.mailboxUnsubscribe('Archive');
  const before = await see(client);
  await first.stop();
  const second = await startDemo(t, folder, { seed: () => assert.fail('there is a mailbox') });
  const again = await connect(t, folder, second.port);
  assert.deepEqual(await see(again), before);
  await again.mailboxCreate('Gone');
  const { uidValidity } = await again.mailboxOpen('Gone');
  assert.ok(Object.values(before).every((row) => (row as { uidValidity: bigint }).uidValidity < uidValidity));
});

test('The highest UID, expunged before a restart, is not given again after it', async (t) => {
  const folder = await temporaryFolder(t);
  const first = await startDemo(t, folder, { seed: () => inboxOf(message(1), message(2)) });
  const client = await connect(t, folder, first.port);
  await client.mailboxOpen('INBOX');
  await client.messageDelete('2', { uid: true });
  await first.stop();
  const second = await startDemo(t, folder);
  assert.equal(second.deliver(message(3)).uid, 3);
});

test('What was acknowledged survives a kill, however soon after', async (t) => {
  const folder = await temporaryFolder(t);
  let expected: Record<string, unknown> | undefined;
  for (const round of [1, 2, 3]) {
    const { child, port } = await startChild(t, folder);
    const client = await clientFor(folder, port);
    await client.connect();
    if (expected !== undefined) assert.deepEqual(await see(client), expected);
    await client.mailboxCreate(`Round ${round}`);
    for (const n of [1, 2, 3]) await client.append('INBOX', message(round * 10 + n));
    await client.mailboxOpen('INBOX');
    const uids = await client.search({ all: true }, { uid: true });
    assert.ok(Array.isArray(uids));
    await client.messageFlagsAdd(uids.slice(-2), ['\\Flagged', `$round${round}`], { uid: true });
    expected = await see(client);
    await client.mailboxOpen('INBOX');
    const moved = await client.messageMove(uids.slice(-1), `Round ${round}`, { uid: true });
    child.kill('SIGKILL');
    assert.ok(moved && moved.uidMap?.size === 1);
    await once(child, 'exit');
    client.close();
    const { child: next, port: nextPort } = await startChild(t, folder);
    const after = await clientFor(folder, nextPort);
    await after.connect();
    const found = await see(after);
    const rows = (path: string): unknown[] => (found[path] as { rows: unknown[] }).rows;
    assert.equal(rows(`Round ${round}`).length, 1);
    assert.equal(rows('INBOX').length, uids.length - 1);
    expected = found;
    next.kill('SIGKILL');
    await once(next, 'exit');
    after.close();
  }
});

test('A mailbox that cannot be read is an error that names the file and the way out', async (t) => {
  const folder = await temporaryFolder(t);
  const first = await startDemo(t, folder, { seed: () => inboxOf(message(1), message(2)) });
  await first.stop();
  const home = join(folder, 'demo-mailbox');
  const stateFile = join(home, 'state.json');
  const good = await readFile(stateFile, 'utf8');
  const [source = ''] = await readdir(join(home, 'sources'));
  const bytes = await readFile(join(home, 'sources', source));
  const refuses = async (what: string): Promise<void> => {
    await assert.rejects(startDemo(t, folder), (error) => {
      assert.ok(isMailyardError(error, 'local.data-unreadable'), what);
      assert.ok(
        error.message.includes(stateFile) && error.message.includes(`delete the folder ${home}`),
        error.message,
      );
      return true;
    });
  };
  const spoilt = [
    good.slice(0, -20),
    '',
    'null',
    good.replace('"version":1', '"version":2'),
    good.replace('"uidNext":3', '"uidNext":2'),
    good.replace('"INBOX"', '"Elsewhere"'),
  ];
  for (const text of spoilt) {
    await writeFile(stateFile, text);
    await refuses(text);
  }
  await writeFile(stateFile, good);
  await writeFile(join(home, 'sources', source), 'other');
  await refuses('a source that is another');
  await rm(join(home, 'sources', source));
  await refuses('a source that is gone');
  await writeFile(join(home, 'sources', source), bytes);
  await writeFile(join(home, 'sources', `${'0'.repeat(64)}.eml`), 'left behind');
  const server = await startDemo(t, folder);
  assert.equal(server.deliver(message(3)).uid, 3);
  assert.equal((await readdir(join(home, 'sources'))).length, 3);
});

test('A change that cannot be saved is refused, reported, and nothing more is told until it can', async (t) => {
  const folder = await temporaryFolder(t);
  const reports: string[] = [];
  const server = await startDemo(t, folder, { report: (line) => reports.push(line) });
  const client = await connect(t, folder, server.port);
  const stateFile = join(folder, 'demo-mailbox', 'state.json');
  await rm(stateFile);
  await mkdir(stateFile);
  await assert.rejects(client.append('INBOX', message(1)));
  await assert.rejects(client.mailboxOpen('INBOX'));
  assert.match(reports[0] ?? '', /could not be saved/);
  await rm(stateFile, { recursive: true });
  const { exists } = await client.mailboxOpen('INBOX');
  assert.equal(exists, 1);
  await rm(stateFile);
  await mkdir(stateFile);
  assert.equal(await client.messageMove('1', 'Archive', { uid: true }), false);
  await rm(stateFile, { recursive: true });
  const archive = await client.mailboxOpen('Archive');
  assert.deepEqual([archive.exists, archive.uidNext], [1, 2]);
});

test('A full mailbox drops its oldest mail and says so', async (t) => {
  const folder = await temporaryFolder(t);
  const reports: string[] = [];
  const options = { messagesMax: 4, report: (line: string) => reports.push(line) };
  const server = await startDemo(t, folder, { seed: () => inboxOf(message(1), message(2)), ...options });
  const client = await connect(t, folder, server.port);
  await client.append('Drafts', message(3), ['\\Draft'], new Date(0));
  await client.mailboxOpen('INBOX');
  server.deliver(message(4));
  assert.deepEqual(reports, []);
  server.deliver(message(5));
  server.deliver(message(6));
  assert.equal(reports.length, 2);
  assert.match(reports[0] ?? '', /4 messages at most: the oldest of INBOX \(UID 1\) was dropped/);
  assert.deepEqual(await client.search({ all: true }, { uid: true }), [3, 4, 5]);
  assert.equal((await readdir(join(folder, 'demo-mailbox', 'sources'))).length, 4);
  await client.mailboxOpen('Drafts');
  assert.deepEqual(await client.search({ all: true }, { uid: true }), [1]);
  assert.throws(() => server.deliver(message(7), { mailbox: 'Nowhere' }), { code: 'not-found' });
});

const startChild = async (t: TestContext, folder: string): Promise<{ child: ChildProcess; port: number }> => {
  const at = (path: string): string => JSON.stringify(new URL(`../../local/demo/${path}`, import.meta.url).href);
  const script = `
    const { localCertificate } = await import(${at('certificate.ts')});
    const { startDemoServer } = await import(${at('server.ts')});
    const [dataFolder, user, password] = process.argv.slice(1);
    const certificate = await localCertificate(dataFolder);
    const seed = () => [{ path: 'INBOX', messages: [] }];
    const { port } = await startDemoServer({ dataFolder, port: 0, certificate, user, password, seed });
    console.log(port);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder, USER, PASSWORD], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, port: Number(line) };
};
