/** A slice of the matrix: every effect over half the kinds of boundary, every kind of boundary and of server; `npm run crash -- --all` runs all of it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requirePlace } from '../chaos/plant.ts';
import { forbiddenCommands } from './audit.ts';
import { BOUNDARY_NAMES, type Boundary } from './boundaries.ts';
import { compareLines, withoutDoomed } from './mailbox.ts';
import { type Row, runMatrix } from './matrix.ts';
import { PLANTED_EFFECT_BUGS } from './planted.ts';
import { failuresOf, isRowRight } from './print-matrix.ts';
import { EFFECT_KINDS, SCENARIOS } from './scenarios.ts';
import { CRASH_SERVERS } from './servers.ts';

const TWICE = 'something was done twice, and the sweep had to repair it';

const rowsOf = async (options: Parameters<typeof runMatrix>[0]): Promise<Row[]> => {
  const rows: Row[] = [];
  for await (const row of runMatrix(options)) rows.push(row);
  return rows;
};

describe('a worker that is stopped at any boundary', () => {
  const all: Row[] = [];
  const groups = SCENARIOS.map(({ name }, i) => ({
    scenario: name,
    server: CRASH_SERVERS[i % CRASH_SERVERS.length]?.name ?? '',
    // Every other one, and the others of the next kind: all of them are met, and a draft is cut in its literal.
    boundaries: BOUNDARY_NAMES.filter((_, n) => n % 2 !== i % 2),
  }));
  const half = Math.ceil(groups.length / 2);

  for (const part of [groups.slice(0, half), groups.slice(half)]) {
    it(`leaves nothing undone and nothing done twice: ${part.map(({ scenario }) => scenario).join(', ')}`, async () => {
      const rows = await rowsOf({ groups: part, sample: 1, jobs: 2, verbose: false });
      for (const row of rows) assert.ok(isRowRight(row), failuresOf(row).join('\n'));
      assert.equal(rows.length, part.length);
      all.push(...rows);
    });
  }

  it('was met at every boundary, on every kind of server, over every kind of effect', () => {
    assert.equal(new Set(all.map(({ server }) => server)).size, CRASH_SERVERS.length);
    const met = new Set(all.flatMap(({ result }) => ('error' in result ? [] : Object.keys(result.tallies))));
    assert.deepEqual([...met].sort(), [...BOUNDARY_NAMES].sort());
    const kinds = new Set(all.flatMap(({ result }) => ('error' in result ? [] : result.effectKinds)));
    assert.deepEqual(
      EFFECT_KINDS.filter((kind) => !kinds.has(kind)),
      [],
    );
  });

  it('is caught when it does something twice', async () => {
    const boundaries: readonly Boundary[] = ['command-after'];
    const groups = [{ scenario: 'createDraft', server: 'full', boundaries }];
    const options = { groups, jobs: 1, verbose: false, bug: 'draft-sent-again-without-a-look' };
    const [row] = await rowsOf(options);
    assert.ok(row !== undefined && !('error' in row.result), JSON.stringify(row));
    // Once for each of the two drafts.
    const wrong = row.result.failed.map((one) => one.wrong);
    assert.deepEqual(wrong, [[TWICE], [TWICE]]);
  });
});

describe('what the matrix goes by', () => {
  it('every planted bug has a name of its own, and a place where it changes something', () => {
    assert.equal(new Set(PLANTED_EFFECT_BUGS.map(({ name }) => name)).size, PLANTED_EFFECT_BUGS.length);
    for (const bug of PLANTED_EFFECT_BUGS) requirePlace(bug);
  });

  it('commands that harm other clients are told from those that do not', () => {
    const harmless = ['UID STORE 1 +FLAGS (\\Seen)', 'UID STORE 1 (UNCHANGEDSINCE 3) -FLAGS.SILENT (a)', 'UNSELECT'];
    assert.deepEqual(forbiddenCommands([...harmless, 'UID EXPUNGE 1', 'UID MOVE 1 a'], 'MOVE UIDPLUS'), []);
    const harmful = [
      'EXPUNGE',
      'CLOSE',
      'STORE 1 +FLAGS (a)',
      'UID STORE 1 FLAGS (a)',
      'UID STORE 1 (X 3) FLAGS.SILENT (a)',
    ];
    assert.equal(forbiddenCommands([...harmful, 'UID MOVE 1 a', 'UID EXPUNGE 1'], 'IMAP4rev1').length, 7);
  });

  it('mailboxes are compared message by message', () => {
    assert.deepEqual(compareLines(['a', 'b', 'b'], ['b', 'c']), ['too much: b', 'missing: c', 'too much: a']);
    assert.deepEqual(compareLines(['a', 'a'], ['a', 'a']), []);
  });

  it('a message that others had marked for deletion is not left out', () => {
    const message = (uid: number, ...flags: string[]) => ({ folder: 'INBOX', uid, name: 'a', flags });
    const start = [message(1, '\\Deleted'), message(2)];
    assert.deepEqual(withoutDoomed([message(1, '\\Deleted'), message(2, '\\Deleted'), message(3)], start), [
      message(1, '\\Deleted'),
      message(3),
    ]);
  });
});
