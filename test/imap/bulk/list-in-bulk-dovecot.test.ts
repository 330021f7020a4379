import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type BulkFolder, type BulkListing, isListed } from '../../../shared/imap/bulk/bulk-listing.ts';
import { type BulkOptions, listInBulk } from '../../../shared/imap/bulk/list-in-bulk.ts';
import { keywordsOf } from '../../../shared/mail/keyword.ts';
import { UID_MAX } from '../../../shared/mail/uid-set.ts';
import { concatMessages, rowsOf } from '../../../shared/sync/message-list.ts';
import { type Dovecot, startDovecot } from '../../support/dovecot.ts';
import { type Delivery, type DovecotOracle, dovecotOracle } from '../../support/dovecot-oracle.ts';
import { asAlice } from './dovecot-session.ts';

const BIG = 'Big';
const BIG_MESSAGES = 20_000;
/** A folder is filled fast by copying it into itself. */
const DOUBLINGS = 5;
const NAMES = ['Entwürfe & Co', '日本語', 'a "quoted" one', 'back\\slash', '(round) {5} %', 'deep/er/est'];
const FOLDERS = [...NAMES, ...Array.from({ length: 54 - NAMES.length }, (_, i) => `Folder ${i}`)];
const FILLED = ['INBOX', ...FOLDERS.slice(0, 12)];

let server: Dovecot;
let oracle: DovecotOracle;

/** The same flags in each run: seen in runs, others here and there. */
const messages = (count: number, salt: number): Delivery[] =>
  Array.from({ length: count }, (_, i) => {
    const dice = Math.imul(i + 1 + salt * 7919, 2654435761) >>> 0;
    const flags = [
      ...((i >> 5) % 4 === 0 ? [] : ['\\Seen']),
      ...(dice % 31 === 0 ? ['\\Flagged'] : []),
      ...(dice % 7 === 0 ? ['\\Answered'] : []),
      ...(dice % 3 === 0 ? ['NonJunk'] : []),
      ...(dice % 23 === 0 ? ['$Forwarded'] : []),
      ...(dice % 101 === 0 ? [`label${dice % 5}`] : []),
    ];
    return { source: 'Subject: x\r\n\r\nx\r\n', flags };
  });

before(async () => {
  server = await startDovecot();
  oracle = dovecotOracle(server);
  await server.doveadm(['mailbox', 'create', '-u', 'alice', BIG, ...FOLDERS]);
  await oracle.deliverAll('alice', BIG, messages(BIG_MESSAGES / 2 ** DOUBLINGS, 0));
  await asAlice(server, async ({ client }) => {
    await client.mailboxOpen(BIG);
    for (let i = 0; i < DOUBLINGS; i += 1) await client.messageCopy('1:*', BIG, { uid: true });
  });
  await server.doveadm(['flags', 'add', '-u', 'alice', 'spread', 'mailbox', BIG, 'uid', '900:1700,5555,12000:12300']);
  await server.doveadm(['expunge', '-u', 'alice', 'mailbox', BIG, 'uid', '100:150,7000,19000:19100']);
  for (const [i, name] of FILLED.entries()) {
    await oracle.deliverAll('alice', name, messages(1 + i * 3, i));
  }
});
after(() => server.stop());

/** All selectable folders as the server lists them, then the bulk. */
const listAll = (
  options: BulkOptions = {},
  more: readonly BulkFolder[] = [],
  from = server,
  tls?: 'starttls',
): Promise<BulkListing[]> =>
  asAlice(
    from,
    async (session) => {
      const listed = await session.client.list();
      const listings: BulkListing[] = [];
      const folders = listed
        .filter(({ flags }) => !flags.has('\\Noselect'))
        .map(({ path: name, pathAsListed }): BulkFolder => ({ path: name, pathAsListed }));
      for await (const listing of listInBulk(session, [...more, ...folders], options)) listings.push(listing);
      return listings;
    },
    tls,
  );

const rowsIn = (listings: readonly BulkListing[], name: string) => {
  const listing = listings.find((one) => one.path === name);
  assert.ok(listing !== undefined && isListed(listing), name);
  assert.deepEqual([listing.status, listing.complete], ['listed', true], name);
  return [...rowsOf(listing.rows)].map(({ uid, keywords }) => [uid, keywords] as const);
};

test('60 folders, one of them big: the listing is what doveadm and imapflow tell', async () => {
  const listings = await listAll();
  assert.equal(listings.length, 61);
  for (const listing of listings.filter((one) => one.path === BIG || FILLED.includes(one.path))) {
    const held = await oracle.listMessages('alice', listing.path);
    assert.deepEqual(
      rowsIn(listings, listing.path),
      held.map(({ uid, flags }) => [uid, keywordsOf(flags)]),
      listing.path,
    );
  }
  for (const name of ['INBOX', BIG, ...NAMES]) {
    const { messages: exists, ...numbers } = await oracle.status('alice', name);
    assert.partialDeepStrictEqual(
      listings.find((one) => one.path === name),
      { exists, ...numbers, noModseq: false },
    );
  }
  await asAlice(server, async ({ client }) => {
    for (const { path: name } of listings) {
      await client.mailboxOpen(name, { readOnly: true });
      const rows = await client.fetchAll('1:*', { uid: true, flags: true }, { uid: true });
      assert.deepEqual(
        rowsIn(listings, name),
        rows.map(({ uid, flags }) => [uid, keywordsOf(flags ?? [])]),
        name,
      );
    }
  });
});

test('one command at a time or 64, by rows or by searches: the same listing', async () => {
  const fetched = await listAll({ depth: 64 });
  assert.deepEqual(await listAll({ depth: 1 }), fetched);
  assert.deepEqual(await listAll({ depth: 3 }), fetched);
  const searched = await asAlice(server, async (session) => {
    const listings: BulkListing[] = [];
    const folders = [BIG, 'INBOX', ...NAMES].map((name): BulkFolder => ({ path: name, mode: 'search' }));
    for await (const listing of listInBulk(session, folders)) listings.push(listing);
    return listings;
  });
  for (const name of [BIG, 'INBOX', ...NAMES]) assert.deepEqual(rowsIn(searched, name), rowsIn(fetched, name), name);
});

test('a folder asked for in pieces is the whole', async () => {
  const whole = rowsIn(await listAll(), BIG);
  for (const mode of ['fetch', 'search'] as const) {
    const pieces = [
      [1, 6_999],
      [7_000, 19_050],
      [19_051, UID_MAX],
    ] as const;
    const listings = await asAlice(server, async (session) => {
      const seen: BulkListing[] = [];
      for await (const listing of listInBulk(
        session,
        pieces.map((uids) => ({ path: BIG, uids, mode })),
      ))
        seen.push(listing);
      return seen;
    });
    const lists = listings.filter(isListed);
    assert.deepEqual(
      lists.map(({ complete }) => complete),
      [false, false, false],
    );
    const rows = concatMessages(lists.map((one) => one.rows));
    assert.deepEqual(
      [...rowsOf(rows)].map(({ uid, keywords }) => [uid, keywords]),
      whole,
    );
    assert.equal(rows.uids.length, lists.at(-1)?.exists);
  }
});

test('a folder that is not there keeps no other', async () => {
  const listings = await listAll({}, [{ path: 'a\r\nb', pathAsListed: 'a\r\nb' }, { path: 'Never made' }]);
  assert.deepEqual(listings.length, 63);
  assert.partialDeepStrictEqual(
    listings.filter((one) => !isListed(one)),
    [
      { path: 'a\r\nb', status: 'refused', refusal: { at: 'name' } },
      { path: 'Never made', status: 'missing' },
    ],
  );
});

test('over STARTTLS as over TLS', async () => {
  const other = await startDovecot({ tls: 'starttls' });
  try {
    await dovecotOracle(other).deliver('alice', 'INBOX', 'Subject: x\r\n\r\nx\r\n', ['\\Seen']);
    assert.deepEqual(rowsIn(await listAll({}, [], other, 'starttls'), 'INBOX'), [[1, ['$seen']]]);
  } finally {
    await other.stop();
  }
});

test('a process that has listed has nothing left to wait for', async () => {
  const caFile = path.join(server.dir, 'ca-of-the-test.pem');
  writeFileSync(caFile, server.ca);
  const script = path.join(import.meta.dirname, 'list-and-leave.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, `${server.port}`, caFile], {
    timeout: 20_000,
  });
  assert.equal(stdout, 'INBOX listed\nNone missing\n');
});
