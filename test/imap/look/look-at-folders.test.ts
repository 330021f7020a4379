import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, isMailyardError } from '../../../shared/errors.ts';
import { takeOver } from '../../../shared/imap/bulk/take-over.ts';
import { listFolders } from '../../../shared/imap/folders.ts';
import { askListStatus } from '../../../shared/imap/look/list-status.ts';
import { lookAtFolders } from '../../../shared/imap/look/look-at-folders.ts';
import { type ListAnswers, startListServer } from './list-server.ts';

const A = '* LIST () "/" A\r\n';
const A_STATUS = '* STATUS A (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3 UNSEEN 0 HIGHESTMODSEQ 4)\r\n';
const A_LISTED = {
  path: 'A',
  delimiter: '/',
  selectable: true,
  status: { uidValidity: 3, uidNext: 2, messages: 1, unseen: 0, highestModseq: 4n },
};

const withServer = async <Result>(
  answer: ListAnswers,
  act: (server: Awaited<ReturnType<typeof startListServer>>) => Promise<Result>,
  capabilities?: string,
): Promise<Result> => {
  const server = await startListServer(answer, capabilities);
  try {
    return await act(server);
  } finally {
    await server.stop();
  }
};

test('one command, and the connection goes on without another', async () => {
  await withServer(
    () => `${A}${A_STATUS}% OK done\r\n`,
    async (server) => {
      const session = await server.login();
      const [before, from] = [session.client, server.asked.length];
      const { folders, goOn } = await lookAtFolders(session);
      assert.deepEqual(folders, [A_LISTED]);
      await goOn();
      assert.deepEqual(server.asked.slice(from), [
        'LIST "" "*" RETURN (SPECIAL-USE STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ))',
      ]);
      assert.notEqual(session.client, before);
      assert.equal(session.client.usable, true);
      assert.deepEqual([...session.client.capabilities], [...before.capabilities]);
      await session.client.noop();
      assert.equal(server.asked.at(-1), 'NOOP');
      // imapflow lists a folder that it has not heard of before it opens it.
      await session.client.mailboxOpen('A', { readOnly: true });
      assert.deepEqual(server.asked.slice(from + 1), ['NOOP', 'EXAMINE A']);
      session.client.close();
      assert.equal(session.client.isClosed, true);
    },
  );
});

test('what the server says unasked behind the answer reaches whoever goes on', async () => {
  await withServer(
    () => `${A}${A_STATUS}% OK done\r\n* OK [ALERT] disk is full\r\n* OK half a li`,
    async (server) => {
      const session = await server.login();
      const { goOn } = await lookAtFolders(session);
      await goOn();
      const alert = new Promise<string>((resolve) => session.client.on('alert', ({ message }) => resolve(message)));
      assert.equal(await alert, 'disk is full');
      session.client.close();
    },
  );
});

test('a refused or unreadable listing is asked for again by imapflow, over the same connection', async () => {
  for (const [odd, again] of [
    ['% BAD what is RETURN\r\n', undefined],
    [`${A}% NO not now\r\n`, undefined],
    [`${A}${A_STATUS}* LIST () "/" (B)\r\n% OK done\r\n`, undefined],
    [`${A}% OK done\r\n`, `${A}${A_STATUS}% OK done\r\n`],
  ]) {
    let asked = 0;
    await withServer(
      () => {
        asked += 1;
        return asked === 1 ? odd : (again ?? `${A}${A_STATUS}% OK done\r\n`);
      },
      async (server) => {
        const session = await server.login();
        const { folders, goOn } = await lookAtFolders(session);
        assert.deepEqual(folders, [A_LISTED], odd);
        await goOn();
        assert.equal(session.client.usable, true);
        session.client.close();
      },
    );
  }
});

test('a server without LIST-STATUS is left to imapflow', async () => {
  for (const capabilities of ['IMAP4rev1', 'IMAP4rev1 LIST-STATUS XLIST']) {
    await withServer(
      () => `${A}${A_STATUS}% OK done\r\n`,
      async (server) => {
        const session = await server.login();
        const { client } = session;
        const { goOn } = await lookAtFolders(session);
        await goOn();
        assert.equal(session.client, client);
        client.close();
      },
      capabilities,
    );
  }
});

test('what ends in an error ends in the same one as it does through imapflow, and soon', async () => {
  const ends: readonly [string, ListAnswers, ErrorCode][] = [
    ['refused', () => '% NO [UNAVAILABLE] later\r\n', 'imap.refused'],
    ['throttled', () => '% NO [OVERQUOTA] bandwidth\r\n', 'imap.throttled'],
    ['goodbye', () => `${A}* BYE so long\r\n`, 'imap.connection-lost'],
    ['goodbye with its tag', () => `${A}% BYE so long\r\n`, 'imap.connection-lost'],
    ['cut', (_, socket) => void socket.end(`${A}* STATUS A (MESS`), 'imap.connection-lost'],
    ['cut within a literal', (_, socket) => void socket.end(`${A}* LIST () "/" {20}\r\nA`), 'imap.connection-lost'],
    ['reset', (_, socket) => void socket.resetAndDestroy(), 'imap.connection-lost'],
  ];
  for (const [name, answer, code] of ends) {
    await withServer(answer, async (server) => {
      const [one, other] = [await server.login(), await server.login()];
      await assert.rejects(lookAtFolders(one), (error) => isMailyardError(error, code), name);
      await assert.rejects(listFolders(other), (error) => isMailyardError(error, code), `${name}, by imapflow`);
      one.client.close();
      other.client.close();
    });
  }
});

test('a silent server is not waited for', async () => {
  await withServer(
    () => A,
    async (server) => {
      const session = await server.login();
      const connection = await takeOver(session);
      const question = { specialUse: true, modSequences: true, decode: (name: string) => name };
      await assert.rejects(askListStatus(connection, question, 50), (error) =>
        isMailyardError(error, 'imap.connection-lost'),
      );
      session.client.close();
    },
  );
});

test('a connection that broke while nobody listened cannot be gone on with', async () => {
  await withServer(
    (_, socket) => {
      setTimeout(() => socket.resetAndDestroy(), 20);
      return `${A}${A_STATUS}% OK done\r\n`;
    },
    async (server) => {
      const session = await server.login();
      const { folders, goOn } = await lookAtFolders(session);
      assert.equal(folders.length, 1);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await assert.rejects(goOn(), (error) => isMailyardError(error, 'imap.connection-lost'));
      session.client.close();
    },
  );
});
