/** Folders asked for what changed since: EXAMINE with QRESYNC (RFC 7162 section 3.2.5), one behind the other. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BulkFolder, type BulkListing, isListed } from '../../../shared/imap/bulk/bulk-listing.ts';
import { listInBulk } from '../../../shared/imap/bulk/list-in-bulk.ts';
import { enableChanges } from '../../../shared/imap/enable.ts';
import { type Dovecot, startDovecot } from '../../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../../support/dovecot-oracle.ts';
import { letter } from '../../support/mail.ts';
import { asAlice } from './dovecot-session.ts';
import { lines, plain, readInPieces, startReading } from './reading.ts';

const FOLDERS: readonly BulkFolder[] = [
  { path: 'A', since: { uidValidity: 7, modseq: 40n } },
  { path: 'B', since: { uidValidity: 8, modseq: 9007199254740993n } },
  { path: 'C' },
];
const numbers = (uidValidity: number, exists: number, modseq: string): string =>
  lines(`* ${exists} EXISTS`, `* OK [UIDVALIDITY ${uidValidity}] ok`, `* OK [HIGHESTMODSEQ ${modseq}] ok`);
const CLOSED = lines('* OK [CLOSED] closed');

const A =
  numbers(7, 3, '50') +
  lines('* VANISHED (EARLIER) 41,43:44,1:2', '* 1 FETCH (UID 5 FLAGS (\\Seen) MODSEQ (44))') +
  lines('* 3 FETCH (MODSEQ (45) FLAGS ("x") UID 90)', 'y1 OK [READ-ONLY] done');
const B = numbers(8, 2, '9007199254740999') + lines('* 2 FETCH (UID 6 FLAGS ())', 'y2 OK done');
const C = numbers(9, 1, '5') + lines('y3 OK done', '* 1 FETCH (UID 1 FLAGS ())', 'y4 OK done');

test('folder behind folder, each tells what changed and vanished before it is answered', () => {
  const reading = startReading(FOLDERS);
  assert.deepEqual(reading.sent, [
    'y1 EXAMINE "A" (QRESYNC (7 40))',
    'y2 EXAMINE "B" (QRESYNC (8 9007199254740993))',
    'y3 EXAMINE "C"',
    'y4 UID FETCH 1:* (FLAGS)',
  ]);
  const answer = A + CLOSED + B + CLOSED + C;
  reading.feed(answer);
  assert.equal(reading.isDone(), true);
  const rowsOfA = [
    [5, ['$seen']],
    [90, ['x']],
  ];
  const gone = [
    [1, 2],
    [41, 41],
    [43, 44],
  ];
  assert.partialDeepStrictEqual(reading.delivered.map(plain), [
    { path: 'A', status: 'listed', uidValidity: 7, exists: 3, highestModseq: 50n, rows: rowsOfA, complete: false },
    { path: 'B', status: 'listed', uidValidity: 8, exists: 2, rows: [[6, []]], vanished: [], complete: false },
    { path: 'C', status: 'listed', rows: [[1, []]], vanished: [], complete: true },
  ]);
  assert.deepEqual(Reflect.get(Object(reading.delivered[0]), 'vanished'), gone);
  for (let cut = 1; cut < answer.length; cut += 1) {
    const pieces = readInPieces(FOLDERS, Buffer.from(answer), [cut]);
    assert.deepEqual(pieces.delivered.map(plain), reading.delivered.map(plain), `cut at ${cut}`);
  }
});

test('what is told before the folder before is closed is not of this one', () => {
  const late = lines('* 2 FETCH (UID 66 FLAGS (\\Flagged))', '* VANISHED (EARLIER) 67', '* 9 EXISTS');
  const reading = startReading(FOLDERS);
  reading.feed(A + late + CLOSED + B + CLOSED + C);
  assert.partialDeepStrictEqual(reading.delivered.map(plain)[1], { status: 'listed', exists: 2, vanished: [] });
  assert.deepEqual(Reflect.get(Object(plain(reading.delivered[1])), 'rows'), [[6, []]]);
});

test('a server that does not say that the folder before is closed is not believed', () => {
  const reading = startReading(FOLDERS);
  reading.feed(A + B + C);
  assert.deepEqual(
    reading.delivered.map(({ status }) => status),
    ['listed', 'changed', 'listed'],
  );
});

test('an expunge meanwhile, or a VANISHED that cannot be read, leaves the folder as changed', () => {
  for (const line of ['* VANISHED 5', '* 1 EXPUNGE', '* VANISHED (EARLIER) 5:']) {
    const reading = startReading(FOLDERS);
    reading.feed(lines(line) + A + CLOSED + B + CLOSED + C);
    assert.deepEqual(
      reading.delivered.map(({ status }) => status),
      ['changed', 'listed', 'listed'],
      line,
    );
  }
});

test('a refusal is one folder alone', () => {
  const reading = startReading(FOLDERS);
  reading.feed(lines('y1 BAD QRESYNC not enabled') + B + CLOSED + C);
  assert.partialDeepStrictEqual(reading.delivered, [
    { path: 'A', status: 'refused', refusal: { at: 'examine' } },
    { path: 'B', status: 'listed' },
    { path: 'C', status: 'listed', complete: true },
  ]);
});

let server: Dovecot;
let oracle: DovecotOracle;
before(async () => {
  server = await startDovecot();
  oracle = dovecotOracle(server);
});
after(() => server.stop());

test('Dovecot tells of three folders at once, and of another UIDVALIDITY nothing', async () => {
  const names = ['INBOX', 'One', 'Two'];
  for (const name of names.slice(1)) await oracle.createFolder('alice', name);
  const since = new Map<string, { uidValidity: number; modseq: bigint }>();
  for (const name of names) {
    await oracle.deliverAll(
      'alice',
      name,
      [letter(), letter(), letter(), letter()].map((source) => ({ source })),
    );
    const { uidValidity, highestModseq: modseq } = await oracle.status('alice', name);
    since.set(name, { uidValidity, modseq });
  }
  await oracle.addFlags('alice', 'INBOX', 2, ['\\Seen', 'work']);
  await oracle.expunge('alice', 'One', 1);
  await oracle.expunge('alice', 'One', 3);
  await oracle.deliver('alice', 'Two', letter(), ['\\Flagged']);
  const listings = await asAlice(server, async (session) => {
    await enableChanges(session);
    const asked = names.map((path): BulkFolder => ({ path, since: since.get(path) ?? assert.fail(path) }));
    const other = { path: 'Two', since: { uidValidity: 1, modseq: 1n } };
    const all: BulkListing[] = [];
    for await (const listing of listInBulk(session, [...asked, other])) all.push(listing);
    return all;
  });
  assert.ok(listings.every(isListed));
  assert.deepEqual(
    listings.map((listing) => [plain(listing)].map((one) => [Reflect.get(Object(one), 'rows'), listing.vanished])[0]),
    [
      [[[2, ['$seen', 'work']]], []],
      [
        [],
        [
          [1, 1],
          [3, 3],
        ],
      ],
      [[[5, ['$flagged']]], []],
      [[], []],
    ],
  );
  assert.deepEqual(
    listings.map(({ exists }) => exists),
    [4, 2, 5, 5],
  );
});
