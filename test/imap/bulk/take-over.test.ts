import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailyardError } from '../../../shared/errors.ts';
import { listInBulk } from '../../../shared/imap/bulk/list-in-bulk.ts';
import { takeOver } from '../../../shared/imap/bulk/take-over.ts';
import { startScriptedServer, wellBehaved } from './scripted-server.ts';

const threeEach = wellBehaved(() => 3);

/** A client that has been sent these bytes just before it is handed over, in one piece with the answer it waited for. */
const loggedInWith = async (bytes: string) => {
  const server = await startScriptedServer(threeEach);
  const session = await server.login();
  const [socket] = server.sockets;
  const noop = session.client.noop();
  socket?.write(bytes, 'latin1');
  await noop;
  return { server, ...session };
};

test('what the server says between the last answer and the hand-over is no part of the listing', async () => {
  for (const bytes of [
    '',
    '* OK still here\r\n',
    '* OK [ALERT] disk is full\r\n',
    '* 3 EXISTS\r\n* 4 FETCH (FLAGS ())\r\n',
  ]) {
    const { server, client } = await loggedInWith(bytes);
    const seen: string[] = [];
    for await (const { status } of listInBulk({ client }, [{ path: 'A' }, { path: 'B' }])) seen.push(status);
    assert.deepEqual(seen, ['listed', 'listed'], JSON.stringify(bytes));
    await server.stop();
  }
});

test('a line that is cut by the hand-over is left out to its end', async () => {
  const server = await startScriptedServer(threeEach);
  const { client } = await server.login();
  const [socket] = server.sockets;
  socket?.write('* OK half a line, of which the rest is to come: ');
  await new Promise((resolve) => setTimeout(resolve, 30));
  const listings = listInBulk({ client }, [{ path: 'A' }]);
  const first = listings.next();
  socket?.write('* 1 FETCH (UID 9 FLAGS ())\r\n');
  assert.partialDeepStrictEqual((await first).value, { status: 'listed', complete: true });
  assert.equal((await listings.next()).done, true);
  await server.stop();
});

test('a response that is cut within or behind a literal closes the connection', async () => {
  for (const bytes of ['* LIST () "/" {20}\r\n* 1 FETCH', '* LIST () "/" {2}\r\nab']) {
    const server = await startScriptedServer(threeEach);
    const { client } = await server.login();
    const before = client.stats().received;
    server.sockets[0]?.write(bytes);
    while (client.stats().received < before + bytes.length) await new Promise((resolve) => setTimeout(resolve, 5));
    await assert.rejects(takeOver({ client }), (error) => isMailyardError(error, 'imap.connection-lost'), bytes);
    assert.equal(client.isClosed, true);
    await server.stop();
  }
});

test('a goodbye just before the hand-over is a lost connection', async () => {
  const server = await startScriptedServer(threeEach);
  const { client } = await server.login();
  const listings = listInBulk({ client }, [{ path: 'A' }]);
  server.sockets[0]?.end('* BYE so long\r\n');
  await new Promise((resolve) => setTimeout(resolve, 30));
  await assert.rejects(listings.next(), (error) => isMailyardError(error, 'imap.connection-lost'));
  await server.stop();
});

test('a connection that is closed, or busy with a command, is not taken', async () => {
  const server = await startScriptedServer(threeEach);
  const closed = await server.login();
  closed.client.close();
  await assert.rejects(takeOver(closed), (error) => isMailyardError(error, 'imap.connection-lost'));
  const busy = await server.login();
  const noop = busy.client.noop();
  await assert.rejects(takeOver(busy), (error) => isMailyardError(error, 'internal'));
  await noop;
  busy.client.close();
  await server.stop();
});

test('what is used of imapflow beyond its public face is still there', async () => {
  const server = await startScriptedServer(threeEach);
  const { client } = await server.login();
  const internals = Object(client);
  assert.deepEqual(
    ['currentRequest', 'requestQueue', 'reading', 'streamer'].filter((name) => !(name in internals)),
    [],
  );
  const streamer = Object(Reflect.get(internals, 'streamer'));
  const names = ['state', 'lineBytes', 'inputBuffer', 'inputQueue', 'activeInput', 'writableLength', 'readableLength'];
  assert.deepEqual(
    names.filter((name) => !(name in streamer)),
    [],
  );
  assert.equal(Reflect.get(streamer, 'state'), 1);
  client.close();
  await server.stop();
});
