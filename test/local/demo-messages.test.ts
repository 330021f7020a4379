import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ImapFlow, StatusObject } from 'imapflow';
import type { SeedFolder } from '../../local/demo/seed-folder.ts';
import type { DemoServer } from '../../local/demo/server.ts';
import { connect, converse, inboxOf, LOGIN, startDemo, temporaryFolder } from './demo-support.ts';

const SIMPLE = 'From: a@b.example\r\nSubject: one\r\n\r\nhello\r\n';
const EIGHT_BIT = Buffer.from(
  'From: "Ünsal, A" <a@b.example>\r\nSubject: caf\xe9\r\n\tcorner "x" \\\r\nX-Odd : y\r\n\r\nK\xf6ln \xff\xfe\x01 \rlone CR\nlone LF \x1b$B\r\n\r\n',
  'latin1',
);
const MIXED = [
  'Subject: parts\r\nContent-Type: multipart/mixed; boundary="b 1"\r\n\r\npreamble\r\n',
  '--b 1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n',
  '--b2\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nplain\r\ntext\r\n--b2\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n--b2--\r\n\r\n',
  '--b 1\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nFrom: i@n.example\r\n\r\ninner text\r\n',
  '--b 1\r\nContent-Type: application/pdf; name="a b.pdf"\r\nContent-Disposition: attachment;\r\n filename="a b.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n',
  '--b 1--\r\nepilogue\r\n',
].join('');

const numbersOf = async (client: ImapFlow, path: string): Promise<StatusObject> => {
  const status = await client.status(path, { messages: true, uidValidity: true });
  assert.ok(status, path);
  return status;
};

type Opened = { client: ImapFlow; server: DemoServer; folder: string };

const openInbox = async (t: TestContext, seed: () => readonly SeedFolder[]): Promise<Opened> => {
  const folder = await temporaryFolder(t);
  const server = await startDemo(t, folder, { seed });
  const client = await connect(t, folder, server.port);
  await client.mailboxOpen('INBOX');
  return { client, server, folder };
};

test('LIST names the roles and STATUS the numbers of each folder', async (t) => {
  const { client } = await openInbox(t, () => inboxOf(SIMPLE, SIMPLE));
  const rows = await client.list({ statusQuery: { messages: true, unseen: true, uidNext: true, uidValidity: true } });
  assert.deepEqual(
    rows.map(({ path, delimiter, specialUse }) => [path, delimiter, specialUse]),
    [
      ['INBOX', '/', '\\Inbox'],
      ['Drafts', '/', '\\Drafts'],
      ['Archive', '/', '\\Archive'],
    ],
  );
  const [inbox, drafts] = rows.map(({ status }) => status);
  assert.deepEqual([inbox?.messages, inbox?.unseen, inbox?.uidNext], [2, 2, 3]);
  assert.deepEqual([drafts?.messages, drafts?.uidNext], [0, 1]);
  assert.notEqual(inbox?.uidValidity, drafts?.uidValidity);
});

test('Sources come back byte for byte, whole, in pieces, and by the headers asked for', async (t) => {
  const { client } = await openInbox(t, () => inboxOf(EIGHT_BIT, MIXED, SIMPLE));
  const rows = await client.fetchAll(
    '1:*',
    { uid: true, flags: true, size: true, source: true, headers: ['subject', 'x-odd'] },
    { uid: true },
  );
  const sources = [EIGHT_BIT, Buffer.from(MIXED), Buffer.from(SIMPLE)];
  assert.deepEqual(
    rows.map(({ uid }) => uid),
    [1, 2, 3],
  );
  for (const [index, row] of rows.entries()) {
    assert.ok(row.source?.equals(sources[index] as Buffer), `message ${index + 1}`);
    assert.equal(row.size, sources[index]?.length);
    // PEEK: reading leaves no mark.
    assert.equal(row.flags?.size, 0);
  }
  assert.equal(rows[0]?.headers?.toString('latin1'), 'Subject: caf\xe9\r\n\tcorner "x" \\\r\nX-Odd : y\r\n\r\n');
  const pieces = await client.fetchAll('1:*', { source: { start: 5, maxLength: 60 } }, { uid: true });
  for (const [index, row] of pieces.entries()) {
    assert.ok(row.source?.equals((sources[index] as Buffer).subarray(5, 65)), `piece of message ${index + 1}`);
  }
});

test('BODYSTRUCTURE, parts and ENVELOPE tell what is in the message', async (t) => {
  const { client } = await openInbox(t, () => inboxOf(MIXED, EIGHT_BIT));
  const row = await client.fetchOne(
    '1',
    { bodyStructure: true, envelope: true, bodyParts: ['1.1', '1.2', '2.TEXT', '2.HEADER', '3', '3.MIME', 'TEXT'] },
    { uid: true },
  );
  assert.ok(row);
  const root = row.bodyStructure;
  assert.equal(root?.type, 'multipart/mixed');
  assert.deepEqual(
    root?.childNodes?.map(({ part, type }) => [part, type]),
    [
      ['1', 'multipart/alternative'],
      ['2', 'message/rfc822'],
      ['3', 'application/pdf'],
    ],
  );
  const [plain] = root?.childNodes?.[0]?.childNodes ?? [];
  assert.deepEqual(
    [plain?.type, plain?.parameters?.['charset'], plain?.encoding, plain?.size],
    ['text/plain', 'utf-8', '8bit', 11],
  );
  const pdf = root?.childNodes?.[2];
  assert.deepEqual([pdf?.disposition, pdf?.dispositionParameters?.['filename']], ['attachment', 'a b.pdf']);
  assert.equal(root?.childNodes?.[1]?.envelope?.subject, 'inner');
  const part = (name: string): string | undefined => row.bodyParts?.get(name)?.toString('latin1');
  assert.equal(part('1.1'), 'plain\r\ntext');
  assert.equal(part('1.2'), '<p>html</p>');
  assert.equal(part('2.text'), 'inner text');
  assert.equal(part('2.header'), 'Subject: inner\r\nFrom: i@n.example\r\n\r\n');
  assert.equal(part('3'), 'JVBERg==');
  assert.match(part('3.mime') ?? '', /^Content-Type: application\/pdf; name="a b.pdf"\r\n[\s\S]*\r\n\r\n$/);
  assert.equal(part('text'), MIXED.slice(MIXED.indexOf('\r\n\r\n') + 4));
  const other = await client.fetchOne('2', { envelope: true }, { uid: true });
  assert.ok(other);
  assert.equal(other.envelope?.from?.[0]?.address, 'a@b.example');
});

test('STORE adds and takes flags and keywords, whose case does not count', async (t) => {
  const { client } = await openInbox(t, () => inboxOf(SIMPLE, SIMPLE));
  await client.messageFlagsAdd('1:2', ['\\Flagged', '$Important'], { uid: true });
  await client.messageFlagsAdd('2', ['$important', 'Work'], { uid: true });
  await client.messageFlagsRemove('1', ['$IMPORTANT'], { uid: true });
  const rows = await client.fetchAll('1:*', { flags: true }, { uid: true });
  assert.deepEqual(
    rows.map(({ flags }) => [...(flags ?? [])]),
    [['\\Flagged'], ['\\Flagged', '$Important', 'Work']],
  );
  assert.deepEqual(await client.search({ keyword: '$imPORTant' }, { uid: true }), [2]);
  assert.deepEqual(await client.search({ flagged: true }, { uid: true }), [1, 2]);
  assert.deepEqual(await client.search({ keyword: 'none' }, { uid: true }), []);
});

test('A folder open for reading only stays as it is', async (t) => {
  const { client, server, folder } = await openInbox(t, () => inboxOf(SIMPLE));
  await client.messageFlagsAdd('1', ['\\Deleted'], { uid: true });
  const commands = ['UID STORE 1 +FLAGS (\\Seen)', 'UID MOVE 1 Archive', 'EXPUNGE', 'CLOSE'];
  const lines = await converse(folder, server.port, [LOGIN, 'EXAMINE INBOX', ...commands]);
  const replies = lines.filter((line) => /^a[2-5]/.test(line)).map((line) => line.split(' ')[1]);
  assert.deepEqual(replies, ['NO', 'NO', 'NO', 'OK']);
  const [row] = await client.fetchAll('1:*', { flags: true }, { uid: true });
  assert.deepEqual([...(row?.flags ?? [])], ['\\Deleted']);
});

test('UID MOVE and UID COPY tell where each message went, and nothing of messages that are not there', async (t) => {
  const { client } = await openInbox(t, () => inboxOf(SIMPLE, EIGHT_BIT, MIXED));
  await client.messageFlagsAdd('2', ['\\Seen', 'Kept'], { uid: true });
  const copied = await client.messageCopy('2:3', 'Archive', { uid: true });
  assert.ok(copied);
  assert.deepEqual(
    [...(copied.uidMap ?? [])],
    [
      [2, 1],
      [3, 2],
    ],
  );
  const expunged: number[] = [];
  client.on('expunge', ({ seq }) => expunged.push(seq ?? 0));
  const moved = await client.messageMove('1:2,9', 'Archive', { uid: true });
  assert.ok(moved);
  assert.deepEqual(
    [...(moved.uidMap ?? [])],
    [
      [1, 3],
      [2, 4],
    ],
  );
  assert.deepEqual(expunged, [1, 1]);
  const none = await client.messageMove('1', 'Archive', { uid: true });
  assert.ok(none && none.uidMap === undefined);
  assert.equal(await client.messageMove('3', 'Nowhere', { uid: true }), false);
  assert.deepEqual(await client.search({ all: true }, { uid: true }), [3]);
  const archive = await client.mailboxOpen('Archive');
  assert.equal(moved.uidValidity, archive.uidValidity);
  const rows = await client.fetchAll('4', { uid: true, flags: true, source: true, internalDate: true }, { uid: true });
  assert.ok(rows[0]?.source?.equals(EIGHT_BIT));
  assert.deepEqual([...(rows[0]?.flags ?? [])], ['\\Seen', 'Kept']);
  assert.equal(Number(rows[0]?.internalDate), 0);
});

test('APPEND keeps bytes, flags and date, and names the UID; also in the selected folder', async (t) => {
  const { client } = await openInbox(t, () => inboxOf(SIMPLE));
  const date = new Date('2026-02-03T04:05:06Z');
  const drafted = await client.append('Drafts', EIGHT_BIT, ['\\Draft', '\\seen', '$Mine'], date);
  assert.ok(drafted);
  assert.equal(drafted.uid, 1);
  const here = await client.append('INBOX', SIMPLE);
  assert.ok(here);
  assert.deepEqual([here.uid, here.seq], [2, 2]);
  await assert.rejects(client.append('Nowhere', SIMPLE), { serverResponseCode: 'TRYCREATE' });
  const drafts = await client.mailboxOpen('Drafts');
  assert.equal(drafted.uidValidity, drafts.uidValidity);
  const [row] = await client.fetchAll('1', { flags: true, source: true, internalDate: true }, { uid: true });
  assert.ok(row?.source?.equals(EIGHT_BIT));
  assert.deepEqual([...(row?.flags ?? [])], ['\\Draft', '\\Seen', '$Mine']);
  assert.deepEqual(row?.internalDate, date);
});

test('UID EXPUNGE takes only what is marked deleted', async (t) => {
  const { client, server, folder } = await openInbox(t, () => inboxOf(SIMPLE, SIMPLE, SIMPLE));
  await client.messageFlagsAdd('1,3', ['\\Deleted'], { uid: true });
  const lines = await converse(folder, server.port, [LOGIN, 'SELECT INBOX', 'UID EXPUNGE 1:2']);
  assert.deepEqual(
    lines.filter((line) => line.endsWith('EXPUNGE')),
    ['* 1 EXPUNGE'],
  );
  assert.deepEqual(await client.search({ all: true }, { uid: true }), [2, 3]);
});

test('Folders with any name are made, renamed and deleted, and a name made again has a new UIDVALIDITY', async (t) => {
  const { client } = await openInbox(t, () => inboxOf(SIMPLE));
  const names = ['Größe/日本 🎏', 'R&D "x" \\ y', '[Work] a', 'A[1]', 'INBOX/Sub', '__proto__', "O'Neil (old) {1}"];
  for (const path of names) {
    assert.equal((await client.mailboxCreate(path)).created, true, path);
    assert.equal((await client.mailboxCreate(path)).created, false, path);
    const appended = await client.append(path, SIMPLE);
    assert.ok(appended && appended.uid === 1, path);
    assert.equal((await numbersOf(client, path)).messages, 1, path);
  }
  const listed = (await client.list()).map(({ path }) => path);
  for (const path of ['Größe', ...names]) assert.ok(listed.includes(path), path);
  const first = await numbersOf(client, 'A[1]');
  await client.mailboxDelete('A[1]');
  await client.mailboxCreate('A[1]');
  const second = await numbersOf(client, 'A[1]');
  assert.ok((second.uidValidity ?? 0n) > (first.uidValidity ?? 0n));
  await client.mailboxRename('Größe', 'Kleines');
  assert.equal((await numbersOf(client, 'Kleines/日本 🎏')).messages, 1);
  for (const path of ['INBOX', 'Kleines']) await assert.rejects(client.mailboxDelete(path), path);
  await assert.rejects(client.mailboxOpen('Größe'));
  assert.equal((await numbersOf(client, 'INBOX/Sub')).messages, 1);
});
