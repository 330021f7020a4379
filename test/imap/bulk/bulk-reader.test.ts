import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailyardError } from '../../../shared/errors.ts';
import type { BulkFolder } from '../../../shared/imap/bulk/bulk-listing.ts';
import { LIMITS } from '../../../shared/limits.ts';
import { lines, plain, readInPieces, startReading } from './reading.ts';

const FOLDERS: readonly BulkFolder[] = [
  { path: 'INBOX' },
  { path: 'Gone' },
  { path: 'Archive/2026', uids: [10, 20] },
  { path: 'Big', mode: 'search' },
];

const ANSWER = lines(
  '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Junk)',
  '* OK [PERMANENTFLAGS ()] Read-only mailbox. {3}',
  '* 3 EXISTS',
  '* 0 RECENT',
  '* OK [UIDVALIDITY 1700000000] UIDs valid',
  '* OK [UIDNEXT 9] Predicted next UID',
  '* OK [HIGHESTMODSEQ 9007199254740993] Highest',
  'y1 OK [READ-ONLY] Examine completed.',
  '* 1 FETCH (UID 2 FLAGS (\\Seen $Junk))',
  '* 2 FETCH (FLAGS (\\Flagged {4}\r\nlit]) BODY[TEXT] {25}\r\n* 9 FETCH (UID 9 FLAGS()) UID 4)',
  '* 3 FETCH (UID 8 MODSEQ (77) FLAGS ())',
  'y2 OK Fetch completed.',
  'y3 NO [NONEXISTENT] No such mailbox',
  'y4 BAD No mailbox selected {7}',
  '* OK [CLOSED] Previous mailbox closed.',
  '* FLAGS (\\Seen)',
  '* 4 EXISTS',
  '* OK [NOMODSEQ] none',
  '* OK [UIDVALIDITY 3] UIDs valid',
  'y5 OK done',
  '* 2 FETCH (UID 9 FLAGS (\\Seen))',
  '* 3 FETCH (UID 12 FLAGS (\\Seen))',
  'y6 OK done',
  '* FLAGS (\\Seen $Work)',
  '* 4 EXISTS',
  '* OK [UIDVALIDITY 5] ok',
  '* OK [UIDNEXT 100] ok',
  'y7 OK done',
  '* ESEARCH (TAG "y8") UID ALL 1:3,50',
  'y8 OK done',
  '* ESEARCH (TAG "y9") UID ALL 2:50',
  'y9 OK done',
  '* ESEARCH (TAG "y10") UID',
  'y10 OK done',
  '* ESEARCH (TAG "y11") UID',
  'y11 OK done',
  '* ESEARCH (TAG "y12") UID',
  'y12 OK done',
  '* ESEARCH (TAG "y13") UID ALL 1,60',
  'y13 OK done',
);
/** Asked for once the keywords were known. */
const ANSWER_ON_KEYWORDS = lines('* ESEARCH (TAG "y14") UID ALL 3', 'y14 OK done');

const DELIVERED = [
  {
    path: 'INBOX',
    status: 'listed',
    uidValidity: 1_700_000_000,
    uidNext: 9,
    exists: 3,
    highestModseq: 9007199254740993n,
    noModseq: false,
    rows: [
      [2, ['$junk', '$seen']],
      [4, ['$flagged', 'lit]']],
      [8, []],
    ],
    vanished: [],
    complete: true,
  },
  {
    path: 'Gone',
    status: 'missing',
    refusal: { at: 'examine', code: 'NONEXISTENT', text: '[NONEXISTENT] No such mailbox', throttled: false },
  },
  {
    path: 'Archive/2026',
    status: 'listed',
    uidValidity: 3,
    uidNext: undefined,
    exists: 4,
    highestModseq: undefined,
    noModseq: true,
    rows: [[12, ['$seen']]],
    vanished: [],
    complete: false,
  },
  {
    path: 'Big',
    status: 'listed',
    uidValidity: 5,
    uidNext: 100,
    exists: 4,
    highestModseq: undefined,
    noModseq: false,
    rows: [
      [1, ['$draft']],
      [2, ['$seen']],
      [3, ['$seen', '$work']],
      [50, ['$seen']],
    ],
    vanished: [],
    complete: true,
  },
];

const commandsOf = (folder: string, ...tags: number[]) => [
  `y${tags[0]} EXAMINE "${folder}"`,
  `y${tags[1]} UID FETCH 1:* (FLAGS)`,
];

test('what is sent, and what comes of the answers', () => {
  const reading = startReading(FOLDERS);
  const sent = [
    ...commandsOf('INBOX', 1, 2),
    ...commandsOf('Gone', 3, 4),
    'y5 EXAMINE "Archive/2026"',
    'y6 UID FETCH 10:20 (FLAGS)',
    'y7 EXAMINE "Big"',
    ...['ALL', 'SEEN', 'FLAGGED', 'ANSWERED', 'DELETED', 'DRAFT'].map(
      (key, i) => `y${8 + i} UID SEARCH RETURN (ALL) ${key}`,
    ),
  ];
  assert.deepEqual(reading.sent, sent);
  reading.feed(ANSWER);
  assert.deepEqual(reading.sent, [...sent, 'y14 UID SEARCH RETURN (ALL) KEYWORD $Work']);
  assert.equal(reading.isDone(), false);
  reading.feed(ANSWER_ON_KEYWORDS);
  assert.deepEqual(reading.delivered.map(plain), DELIVERED);
  assert.equal(reading.isDone(), true);
});

test('the answers may be cut at every byte, and into single bytes', () => {
  const first = Buffer.from(ANSWER);
  for (let cut = 1; cut <= first.length; cut += 1) {
    const reading = readInPieces(FOLDERS, first, [cut]);
    reading.feed(ANSWER_ON_KEYWORDS);
    assert.deepEqual(reading.delivered.map(plain), DELIVERED, `cut at ${cut}`);
  }
  for (const size of [1, 2, 3, 7, 64]) {
    const reading = startReading(FOLDERS);
    for (const answer of [first, Buffer.from(ANSWER_ON_KEYWORDS)]) {
      for (let at = 0; at < answer.length; at += size) reading.feed(answer.subarray(at, at + size));
    }
    assert.deepEqual(reading.delivered.map(plain), DELIVERED, `pieces of ${size}`);
  }
});

test('at depth 1 each command waits for the answer before', () => {
  const reading = startReading([{ path: 'A' }, { path: 'B' }, { path: 'C' }], 1);
  assert.deepEqual(reading.sent, ['y1 EXAMINE "A"']);
  reading.feed(lines('* 1 EXISTS', 'y1 OK done'));
  assert.equal(reading.sent.at(-1), 'y2 UID FETCH 1:* (FLAGS)');
  reading.feed(lines('* 1 FETCH (UID 1 FLAGS ())', 'y2 OK done'));
  assert.equal(reading.sent.at(-1), 'y3 EXAMINE "B"');
  // Nothing is fetched from a folder that does not open, nor from one without messages.
  reading.feed(lines('y3 NO not now'));
  assert.equal(reading.sent.at(-1), 'y5 EXAMINE "C"');
  reading.feed(lines('* 0 EXISTS', 'y5 OK done'));
  assert.equal(reading.isDone(), true);
  assert.deepEqual(
    reading.delivered.map(({ status }) => status),
    ['listed', 'refused', 'listed'],
  );
  assert.partialDeepStrictEqual(reading.delivered[2], { exists: 0, complete: true });
});

const opened = (tag: string, exists: number): string => lines(`* ${exists} EXISTS`, `${tag} OK done`);

test('the rows of a folder that stayed open behind a refused EXAMINE are nobody’s', () => {
  for (const refusal of ['y3 BAD no', 'y3 NO no']) {
    const reading = startReading([{ path: 'A' }, { path: 'B' }]);
    reading.feed(opened('y1', 1) + lines('* 1 FETCH (UID 5 FLAGS ())', 'y2 OK done', refusal));
    reading.feed(lines('* 1 FETCH (UID 5 FLAGS ())', 'y4 OK done'));
    assert.deepEqual(
      reading.delivered.map(({ status }) => status),
      ['listed', 'refused'],
    );
    assert.partialDeepStrictEqual(reading.delivered[1], { refusal: { at: 'examine', text: 'no' } });
  }
});

test('what is said of a folder during its FETCH is not the next one’s', () => {
  const reading = startReading([{ path: 'A' }, { path: 'B' }]);
  reading.feed(
    opened('y1', 1) +
      lines('* 1 FETCH (UID 5 FLAGS ())', '* 2 EXISTS', '* FLAGS (x)', '* OK [UIDNEXT 7] n', 'y2 OK done'),
  );
  reading.feed(lines('y3 OK done', 'y4 OK done'));
  assert.partialDeepStrictEqual(reading.delivered[0], { status: 'listed', exists: 2, complete: false });
  // Nothing was said of B: what was not counted is never complete.
  assert.partialDeepStrictEqual(reading.delivered[1], {
    status: 'listed',
    exists: 0,
    uidNext: undefined,
    complete: false,
  });
});

test('what is said before CLOSED belongs to the folder before', () => {
  const reading = startReading([{ path: 'A' }, { path: 'B' }]);
  reading.feed(opened('y1', 1) + lines('* 1 FETCH (UID 5 FLAGS ())', 'y2 OK done'));
  reading.feed(
    lines('* 9 EXISTS', '* 3 EXPUNGE', '* 1 FETCH (UID 5 FLAGS (x))', '* OK [CLOSED] a', '* 1 EXISTS', 'y3 OK done'),
  );
  reading.feed(lines('* 1 FETCH (UID 6 FLAGS ())', 'y4 OK done'));
  assert.partialDeepStrictEqual(reading.delivered.map(plain), [
    { status: 'listed', rows: [[5, []]], complete: true },
    { status: 'listed', rows: [[6, []]], exists: 1, complete: true },
  ]);
});

for (const seen of [
  '* 1 EXPUNGE',
  '* VANISHED 5',
  '* 1 FETCH (FLAGS (\\Seen))',
  '* 1 FETCH (UID 5)',
  '* 1 FETCH (UID 0 FLAGS ())',
  '* 1 FETCH (UID 9999999999 FLAGS ())',
  '* 1 FETCH (UID 5 FLAGS (',
]) {
  test(`${seen} during the listing: changed, and not complete`, () => {
    const reading = startReading([{ path: 'A' }]);
    reading.feed(opened('y1', 1) + lines('* 1 FETCH (UID 5 FLAGS (x))', seen, 'y2 OK done'));
    assert.partialDeepStrictEqual(reading.delivered.map(plain), [
      { status: 'changed', rows: [[5, ['x']]], complete: false },
    ]);
  });
}

test('rows out of order are sorted, and of two for one message the later counts', () => {
  const reading = startReading([{ path: 'A' }]);
  const rows = ['9 FLAGS (a)', '3 FLAGS ()', '12 FLAGS (b)', '9 FLAGS (b)', '3 FLAGS (a b)', '12 FLAGS ()'];
  reading.feed(opened('y1', 3) + lines(...rows.map((row) => `* 1 FETCH (UID ${row})`), 'y2 OK done'));
  assert.partialDeepStrictEqual(plain(reading.delivered[0]), {
    rows: [
      [3, ['a', 'b']],
      [9, ['b']],
      [12, []],
    ],
    complete: true,
  });
});

test('fewer rows than messages: listed, and not complete', () => {
  const reading = startReading([{ path: 'A' }]);
  reading.feed(opened('y1', 2) + lines('* 1 FETCH (UID 5 FLAGS ())', 'y2 OK done'));
  assert.partialDeepStrictEqual(reading.delivered[0], { status: 'listed', complete: false });
});

test('a refused FETCH fails its folder alone, unless the folder holds nothing', () => {
  const reading = startReading([{ path: 'A' }, { path: 'B' }, { path: 'C' }]);
  reading.feed(opened('y1', 1) + lines('* 1 FETCH (UID 5 FLAGS ())', 'y2 BAD [CLIENTBUG] no'));
  reading.feed(opened('y3', 0) + lines('y4 NO nothing to fetch'));
  reading.feed(opened('y5', 1) + lines('* 1 FETCH (UID 5 FLAGS ())', 'y6 OK done'));
  assert.partialDeepStrictEqual(reading.delivered, [
    { status: 'refused', refusal: { at: 'fetch', code: 'CLIENTBUG', throttled: false } },
    { status: 'listed', exists: 0, complete: true },
    { status: 'listed', complete: true },
  ]);
});

test('a name that cannot be written is refused without a command', () => {
  const reading = startReading([{ path: 'x', pathAsListed: 'x\r\ny9 LOGOUT' }, { path: 'A' }]);
  assert.deepEqual(reading.sent, ['y1 EXAMINE "A"', 'y2 UID FETCH 1:* (FLAGS)']);
  assert.partialDeepStrictEqual(reading.delivered, [{ path: 'x', status: 'refused', refusal: { at: 'name' } }]);
});

test('a folder asked for by search is fetched when its keywords are too many, or no atoms', () => {
  const many = Array.from({ length: LIMITS.bulkSearchKeywordsMax + 1 }, (_, i) => `k${i}`).join(' ');
  for (const flags of [`* FLAGS (${many})`, '* FLAGS (größe)', '* FLAGS (k]w)', '* OK none told']) {
    const reading = startReading([{ path: 'A', mode: 'search' }, { path: 'B' }], 3);
    reading.feed(opened('y1', 1) + lines('* 1 FETCH (UID 5 FLAGS ())', 'y2 OK done') + lines(flags) + opened('y3', 1));
    // Searches that were not sent yet never are; those that were are answered into the void.
    assert.equal(reading.sent.at(-1), 'y10 UID FETCH 1:* (FLAGS)', flags);
    reading.feed(
      lines(
        'y4 BAD no',
        '* ESEARCH (TAG "y5") UID ALL 77',
        'y5 OK done',
        '* 1 FETCH (UID 5 FLAGS (größe))',
        'y10 OK done',
      ),
    );
    assert.partialDeepStrictEqual(plain(reading.delivered[1]), {
      path: 'A',
      status: 'listed',
      rows: [[5, ['größe']]],
      complete: true,
    });
  }
});

test('no folder is opened before the searches of one are sent', () => {
  const reading = startReading([
    { path: 'A', mode: 'search' },
    { path: 'B', mode: 'search', uids: [1, 50] },
  ]);
  assert.equal(reading.sent.length, 7);
  reading.feed(lines('* FLAGS (x)') + opened('y1', 1));
  assert.deepEqual(reading.sent.slice(7, 11), [
    'y8 UID SEARCH RETURN (ALL) KEYWORD x',
    'y9 EXAMINE "B"',
    'y10 UID SEARCH RETURN (ALL) UID 1:50 ALL',
    'y11 UID SEARCH RETURN (ALL) UID 1:50 SEEN',
  ]);
});

test('a search without a usable answer refuses its folder: no answer would read as no flag', () => {
  const answers = (all: string) =>
    opened('y1', 1) +
    lines(all, 'y2 OK done', ...[3, 4, 5, 6, 7].flatMap((n) => [`* ESEARCH (TAG "y${n}") UID`, `y${n} OK done`]));
  for (const all of [
    '* SEARCH 1',
    '* ESEARCH (TAG "y2") UID COUNT 1',
    '* ESEARCH (TAG "y2") UID',
    '* OK nothing',
    '* ESEARCH (TAG "y2") UID ALL 1:4294967295',
  ]) {
    const reading = startReading([{ path: 'A', mode: 'search' }]);
    reading.feed(lines('* FLAGS ()') + answers(all));
    assert.partialDeepStrictEqual(reading.delivered, [{ status: 'refused', refusal: { at: 'search' } }], all);
  }
  const refused = startReading([{ path: 'A', mode: 'search' }]);
  refused.feed(lines('* FLAGS ()') + answers('* ESEARCH (TAG "y2") UID ALL 1').replace('y5 OK', 'y5 NO [SERVERBUG]'));
  assert.partialDeepStrictEqual(refused.delivered, [
    { status: 'refused', refusal: { at: 'search', code: 'SERVERBUG' } },
  ]);
});

test('searches in one folder may be answered side by side, anything else out of order ends it', () => {
  const reading = startReading([{ path: 'A', mode: 'search' }]);
  const found = [7, 3, 2, 6, 5, 4].flatMap((n) => [
    `* ESEARCH (TAG "y${n}") UID${n < 4 ? ' ALL 5' : ''}`,
    `y${n} OK done`,
  ]);
  reading.feed(lines('* FLAGS ()') + opened('y1', 1) + lines(...found));
  assert.partialDeepStrictEqual(plain(reading.delivered[0]), { rows: [[5, ['$seen']]], complete: true });

  const other = startReading([{ path: 'A' }, { path: 'B' }]);
  assert.throws(
    () => other.feed(lines('* 1 EXISTS', 'y3 OK done')),
    (error) => isMailyardError(error, 'imap.refused'),
  );
});

test('answers to nobody’s command are passed over', () => {
  const reading = startReading([{ path: 'A' }]);
  reading.feed(lines('A12 OK an answer of before', '+ go on', '', 'y99 BAD what', '* 3 FETCH (UID 9 FLAGS (x))'));
  reading.feed(opened('y1', 0) + lines('y2 OK done'));
  assert.partialDeepStrictEqual(reading.delivered, [{ status: 'listed', complete: true }]);
});
