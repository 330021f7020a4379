/** What a pipe makes of servers that answer late, in another order, or not at all. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MailyardError } from '../../shared/errors.ts';
import { readCopyUid } from '../../shared/imap/pipe/copy-uid.ts';
import { type Pipe, withPipe } from '../../shared/imap/pipe/pipe.ts';
import { type PipedFolder, pipedFolder } from '../../shared/imap/pipe/piped-folder.ts';
import type { MailSession } from '../../shared/imap/session.ts';
import { UID_MAX, type UidSet } from '../../shared/mail/uid-set.ts';
import { type Answer, startScriptedServer } from './bulk/scripted-server.ts';

/** `act` over a pipe to a server that answers like this; gives what was asked, too. */
const over = async <Result>(
  answer: Answer,
  act: (pipe: Pipe, folder: PipedFolder) => Promise<Result>,
  requireTime: () => void = () => undefined,
): Promise<{ readonly result: Result; readonly asked: readonly string[] }> => {
  const server = await startScriptedServer(answer);
  try {
    const { client } = await server.login();
    const session = { client, requireTime, giveBack: async () => undefined, condstore: true } as unknown as MailSession;
    const about = { condstore: true, keeps: () => true };
    const result = await withPipe(session, (pipe) => act(pipe, pipedFolder(pipe, about)));
    client.close();
    return { result, asked: server.asked };
  } finally {
    await server.stop();
  }
};
const rejectsWith = (code: string, coming: Promise<unknown>) =>
  assert.rejects(coming, (error) => error instanceof MailyardError && error.code === code);

it('what is asked for in one turn leaves together, and each is told its own answer, in whatever order they come', async () => {
  const lines: string[] = [];
  const answer: Answer = ({ tag, text }) => {
    lines.push(`${tag} OK ${text}`);
    // The first waits for the second.
    return lines.length < 2 ? undefined : `${lines.reverse().join('\r\n')}\r\n`;
  };
  const { result, asked } = await over(answer, async (pipe) =>
    (await Promise.all([pipe.ask('NOOP'), pipe.ask('CHECK')])).map(({ text }) => text),
  );
  assert.deepEqual(result, ['NOOP', 'CHECK']);
  assert.deepEqual(asked, ['p1 NOOP', 'p2 CHECK']);
});

it('a row from before a STORE proves nothing, and is read again; one that shows it is enough', async () => {
  let fetches = 0;
  const stale: Answer = ({ tag, text }) => {
    if (text.startsWith('UID STORE')) return `* 1 FETCH (UID 1 FLAGS () MODSEQ (4))\r\n${tag} OK stored\r\n`;
    fetches += 1;
    const row = fetches === 1 ? '' : '* 1 FETCH (FLAGS (\\Flagged) UID 1 MODSEQ (9))\r\n';
    return `${row}${tag} OK done\r\n`;
  };
  const store = { sign: '+', keywords: ['$flagged'], unchangedSince: 5n } as const;
  const { result, asked } = await over(stale, (_, folder) => folder.storeAndRead([[1, 1]], store));
  assert.deepEqual(result, [{ uid: 1, keywords: new Set(['$flagged']), modseq: 9n }]);
  assert.deepEqual(asked, [
    'p1 UID STORE 1 (UNCHANGEDSINCE 5) +FLAGS.SILENT (\\Flagged)',
    'p2 UID FETCH 1 (UID FLAGS MODSEQ)',
    'p3 UID FETCH 1 (UID FLAGS MODSEQ)',
  ]);
  // As Dovecot does: the row of the FETCH before the answer to the STORE.
  const early: Answer = ({ tag, text }) =>
    text.startsWith('UID STORE')
      ? undefined
      : `* 1 FETCH (UID 1 FLAGS (\\Flagged))\r\np1 OK stored\r\n${tag} OK done\r\n`;
  assert.equal((await over(early, (_, folder) => folder.storeAndRead([[1, 1]], store))).asked.length, 2);
});

it('a COPYUID belongs to the move of its messages, wherever it stands', async () => {
  const answer: Answer = ({ tag }) =>
    tag === 'p1'
      ? undefined
      : '* OK [COPYUID 7 5 50] moved\r\n* OK [COPYUID 8 3 30] moved\r\np1 OK done\r\np2 OK done\r\n';
  const { result } = await over(answer, (_, folder) =>
    Promise.all([folder.move([[3, 3]], 'A'), folder.move([[5, 5]], 'B')]),
  );
  assert.deepEqual(
    result.map(({ copied }) => copied),
    [
      { uidValidity: 8, mapping: [[3, 30, 1]] },
      { uidValidity: 7, mapping: [[5, 50, 1]] },
    ],
  );
});

it('a status is believed of the folder that it names', async () => {
  const status = (name: string, next: number) => `* STATUS "${name}" (MESSAGES 1 UIDNEXT ${next} UIDVALIDITY 7)\r\n`;
  const answer: Answer = ({ tag }) =>
    tag === 'p1' ? undefined : `${status('B', 2)}${status('A&AOk-', 1)}p1 OK done\r\np2 NO not now\r\n`;
  const { result } = await over(answer, (_, folder) => Promise.all([folder.status('Aé'), folder.status('B')]));
  assert.deepEqual(
    result.map((one) => one?.uidNext),
    [1, undefined],
  );
});

it('who waits is told of an end, a goodbye and a server that asks to wait; what is asked later, too', async () => {
  const both = (pipe: Pipe) => Promise.all([pipe.ask('NOOP'), pipe.ask('NOOP')]);
  await rejectsWith(
    'imap.connection-lost',
    over(() => '* BYE over\r\n', both),
  );
  await rejectsWith(
    'imap.throttled',
    over(({ tag }) => `${tag} NO [LIMIT] later\r\n`, both),
  );
  const hangUp: Answer = (_, socket) => void socket.destroy();
  await rejectsWith('imap.connection-lost', over(hangUp, both));
  await rejectsWith(
    'imap.connection-lost',
    over(hangUp, async (pipe) => {
      await pipe.ask('NOOP').catch(() => undefined);
      await pipe.ask('NOOP');
    }),
  );
});

it('nothing is sent once the time is over', async () => {
  let asked = 0;
  const late = () => {
    throw new MailyardError('deadline.reached', 'late');
  };
  await rejectsWith(
    'deadline.reached',
    over(
      () => {
        asked += 1;
        return undefined;
      },
      (pipe) => pipe.ask('NOOP'),
      late,
    ),
  );
  assert.equal(asked, 0);
});

const read = (line: string, asked: UidSet = [[0, UID_MAX]]) => {
  const bytes = Buffer.from(line, 'latin1');
  return readCopyUid(bytes, 0, bytes.length, asked);
};

it('COPYUID is read tagged and untagged, in the order of its sets', () => {
  assert.deepEqual(read('* OK [COPYUID 7 3,5:6 10:12] Moved'), {
    uidValidity: 7,
    mapping: [
      [3, 10, 1],
      [5, 11, 2],
    ],
  });
  assert.deepEqual(read('p4 OK [COPYUID 7 9 2] done'), { uidValidity: 7, mapping: [[9, 2, 1]] });
});

it('COPYUID that answers another command is not taken for the own', () => {
  assert.equal(read('* OK [COPYUID 7 3,5 10:11] Moved', [[4, 9]]), undefined);
  assert.notEqual(read('* OK [COPYUID 7 3,5 10:11] Moved', [[3, 3]]), undefined);
});

it('one that does not add up proves nothing', () => {
  for (const line of [
    '* OK [COPYUID 7 3:5 10:11] one is missing',
    '* OK [COPYUID 7 5:3 10:12] backwards',
    '* OK [COPYUID 7 3,3 10:11] twice the same',
    '* OK [COPYUID 7 0 1] no UID',
    '* OK [COPYUID 7 1:4294967295 1:4294967295] more than was ever asked',
    '* OK [APPENDUID 7 3] another code',
    '* NO [COPYUID 7 3 4] refused',
    '* OK COPYUID 7 3 4',
  ]) {
    assert.equal(read(line), undefined, line);
  }
});
