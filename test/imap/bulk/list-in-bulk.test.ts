import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { type ErrorCode, isMailyardError } from '../../../shared/errors.ts';
import type { BulkFolder, BulkListing } from '../../../shared/imap/bulk/bulk-listing.ts';
import { type BulkOptions, listInBulk } from '../../../shared/imap/bulk/list-in-bulk.ts';
import { type Answer, type ScriptedServer, startScriptedServer, wellBehaved } from './scripted-server.ts';

const FOLDERS: readonly BulkFolder[] = ['A', 'B', 'C', 'D'].map((path) => ({ path }));
const threeEach = wellBehaved(() => 3);

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
process.on('unhandledRejection', note);
after(() => process.off('unhandledRejection', note));

type Outcome = { readonly listings: BulkListing[]; readonly error: unknown };

/** Lists everything; afterwards the connection must be closed from our side, whatever happened. */
const listAgainst = async (
  answer: Answer,
  options: BulkOptions = {},
  folders = FOLDERS,
): Promise<Outcome & { server: ScriptedServer }> => {
  const server = await startScriptedServer(answer);
  const listings: BulkListing[] = [];
  let error: unknown;
  const session = await server.login();
  try {
    for await (const listing of listInBulk(session, folders, options)) listings.push(listing);
  } catch (thrown) {
    error = thrown;
  }
  assert.equal(session.client.isClosed, true);
  await Promise.all(
    server.sockets.map(
      (socket) => socket.destroyed || new Promise((resolve) => socket.once('close', resolve).resume()),
    ),
  );
  await server.stop();
  await turn();
  assert.deepEqual(unhandled, []);
  return { listings, error, server };
};

const assertEnds = (outcome: Outcome, code: ErrorCode, listed: readonly string[]): void => {
  assert.ok(isMailyardError(outcome.error, code), `${code}: ${String(outcome.error)}`);
  assert.deepEqual(
    outcome.listings.map(({ path }) => path),
    listed,
  );
};

/** Behaves up to the FETCH of this folder, and is silent from there on. */
const silentFrom = (folder: string, then: () => void = () => undefined): Answer => {
  let silent = false;
  return (asked, socket) => {
    if (asked.folder === folder && asked.text.startsWith('UID FETCH')) {
      silent = true;
      then();
    }
    return silent ? undefined : threeEach(asked, socket);
  };
};

/** Behaves up to the FETCH of this folder, and then does something else. */
const until =
  (folder: string, act: Answer): Answer =>
  (asked, socket) =>
    asked.folder === folder && asked.text.startsWith('UID FETCH') ? act(asked, socket) : threeEach(asked, socket);

test('each folder comes in order, and two commands are sent for it', async () => {
  const { listings, error, server } = await listAgainst(threeEach);
  assert.equal(error, undefined);
  assert.partialDeepStrictEqual(
    listings,
    FOLDERS.map(({ path }) => ({ path, status: 'listed', uidValidity: 7, uidNext: 4, exists: 3, complete: true })),
  );
  assert.deepEqual(
    server.asked,
    ['A', 'B', 'C', 'D'].flatMap((path, i) => [
      `y${2 * i + 1} EXAMINE "${path}"`,
      `y${2 * i + 2} UID FETCH 1:* (FLAGS)`,
    ]),
  );
});

test('the end of the connection ends the listing, and what was complete is given out before', async () => {
  const half = '* 1 FETCH (UID 1 FLAGS (\\Se';
  assertEnds(await listAgainst(until('B', (_, socket) => void socket.end(half))), 'imap.connection-lost', ['A']);
  assertEnds(await listAgainst(until('B', (_, socket) => void socket.destroy())), 'imap.connection-lost', ['A']);
  const reset = until('A', (_, socket) => {
    socket.resetAndDestroy();
    return undefined;
  });
  assertEnds(await listAgainst(reset), 'imap.connection-lost', []);
  const bye = until('C', (_, socket) => void socket.end('* BYE shutting down\r\n'));
  assertEnds(await listAgainst(bye), 'imap.connection-lost', ['A', 'B']);
});

test('the end of the connection while nobody waits is told when the next listing is asked for', async () => {
  let reset = (): void => undefined;
  const answer: Answer = (asked, socket) => {
    reset = () => void socket.resetAndDestroy();
    return silentFromB(asked, socket);
  };
  const silentFromB = silentFrom('B');
  const server = await startScriptedServer(answer);
  try {
    const listings = listInBulk(await server.login(), FOLDERS);
    assert.equal((await listings.next()).value?.path, 'A');
    reset();
    await sleep(50);
    await assert.rejects(listings.next(), (error) => isMailyardError(error, 'imap.connection-lost'));
    assert.deepEqual(unhandled, []);
  } finally {
    await server.stop();
  }
});

test('silence ends it after the time that was given', async () => {
  const startedAt = Date.now();
  const outcome = await listAgainst(silentFrom('B'), { socketIdleMs: 400 });
  assertEnds(outcome, 'imap.connection-lost', ['A']);
  assert.ok(Date.now() - startedAt < 5_000);
});

test('a signal ends it at once, also one that came before', async () => {
  const controller = new AbortController();
  const silent = silentFrom('B', () => setTimeout(() => controller.abort(), 20));
  assertEnds(await listAgainst(silent, { signal: controller.signal }), 'deadline.reached', ['A']);
  const late = await listAgainst(threeEach, { signal: AbortSignal.abort() });
  assertEnds(late, 'deadline.reached', []);
  assert.deepEqual(late.server.asked, []);
});

test('one refused folder keeps no other', async () => {
  for (const status of ['NO', 'BAD']) {
    const { listings, error } = await listAgainst(until('B', ({ tag }) => `${tag} ${status} [SERVERBUG] oh\r\n`));
    assert.equal(error, undefined);
    assert.deepEqual(
      listings.map(({ status: how }) => how),
      ['listed', 'refused', 'listed', 'listed'],
    );
  }
});

test('a server that asks to wait is not waited for', async () => {
  const throttling = until(
    'B',
    ({ tag }) => `${tag} BAD Request is throttled. Suggested Backoff Time: 60000 milliseconds\r\n`,
  );
  const outcome = await listAgainst(throttling, { depth: 1 });
  assertEnds(outcome, 'imap.throttled', ['A', 'B']);
  assert.ok(outcome.error instanceof Error);
  assert.equal(Reflect.get(Object(outcome.error.cause), 'throttleReset'), 60_000);
  assert.equal(outcome.server.asked.length, 4);
});

test('a line without end is not kept', async () => {
  const endless = until('A', (_, socket) => {
    const piece = Buffer.alloc(1_048_576, 'x');
    const write = (): void => {
      while (!socket.destroyed && socket.write(piece));
      if (!socket.destroyed) socket.once('drain', write);
    };
    write();
    return undefined;
  });
  assertEnds(await listAgainst(endless), 'imap.refused', []);
});

test('a caller may leave the loop, and the connection is closed', async () => {
  const server = await startScriptedServer(threeEach);
  const session = await server.login();
  for await (const listing of listInBulk(session, FOLDERS)) {
    assert.equal(listing.path, 'A');
    break;
  }
  assert.equal(session.client.isClosed, true);
  await server.stop();
});

test('while the caller is busy no more is read than a bound, and the server is not taken for silent', async () => {
  const messages = 60_000;
  const rows = wellBehaved(() => messages)({ tag: '', text: 'UID FETCH', folder: '' }, new Socket());
  const answer: Answer = ({ tag, text }) =>
    text.startsWith('EXAMINE')
      ? `* ${messages} EXISTS\r\n${tag} OK done\r\n`
      : (rows ?? '').replace(/ OK done\r\n$/, `${tag} OK done\r\n`);
  const server = await startScriptedServer(answer);
  try {
    const folders = Array.from({ length: 60 }, (_, i) => ({ path: `F${i}` }));
    const listings = listInBulk(await server.login(), folders, { socketIdleMs: 300 });
    assert.equal((await listings.next()).value?.path, 'F0');
    await sleep(1_500);
    assert.ok((server.sockets[0]?.writableLength ?? 0) > 1_000_000, 'the server could write everything');
    let count = 1;
    for await (const listing of listings) {
      assert.partialDeepStrictEqual(listing, { status: 'listed', complete: true });
      count += 1;
    }
    assert.equal(count, folders.length);
  } finally {
    await server.stop();
  }
});

test('no folders: nothing is sent', async () => {
  const { listings, error, server } = await listAgainst(threeEach, {}, []);
  assert.deepEqual([listings, error, server.asked], [[], undefined, []]);
});

test('Exchange is asked one thing at a time', async () => {
  let outstanding = 0;
  const server = await startScriptedServer((asked, socket) => {
    outstanding += 1;
    setTimeout(() => {
      outstanding -= 1;
      socket.write(threeEach(asked, socket) ?? '');
    }, 5);
    assert.equal(outstanding, 1);
    return undefined;
  }, '* OK The Microsoft Exchange IMAP4 service is ready.');
  const seen: string[] = [];
  for await (const { path } of listInBulk(await server.login(), FOLDERS)) seen.push(path);
  assert.deepEqual(seen, ['A', 'B', 'C', 'D']);
  await server.stop();
});
