/** Many accounts in one message: what takes long is handed on, and a hostile server holds up nobody else. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createServer, type Server } from 'node:tls';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { getHealth } from '../../shared/service/account-health.ts';
import type { CheckReport } from '../../shared/service/check-account.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import { pollGroupOf, secondsOf } from '../../shared/sync/due.ts';
import { createCertificate } from '../support/certificates.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type DovecotOracle, dovecotOracle } from '../support/dovecot-oracle.ts';
import { letter } from '../support/mail.ts';
import { markSynced } from '../support/mark-synced.ts';
import { checkUntilQuiet, startYard, type Yard } from '../support/yard.ts';

const DAY_SECONDS = 86_400;

let dovecot: Dovecot;
let oracle: DovecotOracle;
let yard: Yard;
let hostile: Server;
const dribbles = new Set<NodeJS.Timeout>();
before(async () => {
  dovecot = await startDovecot({ users: { ann: 'canary-password-ann', bob: 'canary-password-bob' } });
  oracle = dovecotOracle(dovecot);
  yard = await startYard();
});
after(async () => {
  for (const timer of dribbles) clearInterval(timer);
  hostile?.close();
  await yard?.stop();
  await dovecot?.stop();
});

/** As the dispatcher sends it. */
const batch = async (...accounts: AccountRef[]): Promise<CheckReport[]> => {
  const tickSeconds = Math.floor(yard.deps.now() / 1_000);
  const message = { accounts, tickSeconds, pollSeconds: 60, batch: { pollGroup: '60#0', n: 0 } };
  return await checkAccounts(yard.deps, configCache(yard.deps), message);
};
const outcomes = (reports: readonly CheckReport[]) => reports.map(({ outcome }) => outcome);
const longSent = () => yard.sent.filter(({ long }) => long === true);

/** Lets everybody in, and has no end to what it lists. */
const startHostile = async () => {
  const { certPem, keyPem, caPem: ca } = await createCertificate('good');
  hostile = createServer({ cert: certPem, key: keyPem }, (socket) => {
    socket.on('error', () => undefined);
    socket.write('* OK [CAPABILITY IMAP4rev1 LIST-STATUS] ready\r\n');
    socket.setEncoding('latin1').on('data', (text: string) => {
      for (const line of text.split('\r\n').filter((one) => one !== '')) {
        const [tag, command] = line.split(' ');
        if (command !== 'LIST') socket.write(`${tag} OK done\r\n`);
        else dribbles.add(setInterval(() => socket.writable && socket.write('* LIST () "/" Work\r\n'), 500));
      }
    });
  });
  hostile.listen(0, '127.0.0.1');
  await once(hostile, 'listening');
  return {
    host: '127.0.0.1' as const,
    port: (hostile.address() as AddressInfo).port,
    ca,
    users: { eve: 'canary-password-eve' },
  };
};

test('a first sync is handed on, once however often it is found, and done by itself', async () => {
  const ann = await yard.addAccount(dovecot, 'ann');
  assert.deepEqual(outcomes(await batch(ann)), ['handedOn']);
  assert.deepEqual(outcomes(await batch(ann)), ['handedOn']);
  assert.deepEqual(
    longSent().map(({ accounts }) => accounts),
    [[ann]],
  );
  const [message] = longSent();
  assert.ok(message);
  assert.deepEqual(outcomes(await checkAccounts(yard.deps, configCache(yard.deps), message)), ['synced']);
  await checkUntilQuiet(yard, ann);
  assert.deepEqual(outcomes(await batch(ann)), ['quiet']);
});

test('a hostile server is given up on by itself, while the others of its batch are checked', {
  timeout: 90_000,
}, async () => {
  const [ann, bob] = [await yard.addAccount(dovecot, 'ann'), await yard.addAccount(dovecot, 'bob')];
  const eve = await yard.addAccount(await startHostile(), 'eve');
  for (const ref of [ann, bob]) await checkUntilQuiet(yard, ref);
  // Whoever was synced before is looked at in the batch itself.
  await markSynced(yard.deps.table, eve, yard.deps.now());
  await oracle.deliver('bob', 'INBOX', letter({ subject: 'New' }));
  const reports = await batch(eve, ann, bob);
  assert.deepEqual(outcomes(reports), ['failed', 'quiet', 'synced']);
  const [first] = reports;
  assert.equal(first?.outcome === 'failed' && first.code, 'deadline.reached');
});

test('who is quiet for a day is looked at less often, and as often as before once something comes', async () => {
  const ref = await yard.addAccount(dovecot, 'ann', { pollSeconds: 60 });
  await checkUntilQuiet(yard, ref);
  const groupSeconds = async () => secondsOf((await readHead(yard.deps.table, ref))?.pollGroup ?? '');
  await batch(ref);
  assert.equal(await groupSeconds(), 60);
  for (const [days, seconds] of [
    [1, 300],
    [7, 900],
    [30, 900],
  ] as const) {
    yard.clock.skewMs = (days * DAY_SECONDS + 60) * 1_000;
    await batch(ref);
    assert.equal(await groupSeconds(), seconds, `after ${days} days`);
  }
  const { nextCheckAt = 0 } = await getHealth(yard.deps, ref);
  assert.ok(nextCheckAt > yard.deps.now(), 'the health tells the turn of the slower group');
  await oracle.deliver('ann', 'INBOX', letter({ subject: 'At last' }));
  assert.deepEqual(outcomes(await batch(ref)), ['synced']);
  assert.equal((await readHead(yard.deps.table, ref))?.pollGroup, pollGroupOf(ref.accountId, 60, LIMITS.pollShards));
});

test('after an outage what is older than its interval is dropped without a look', async () => {
  const ref = await yard.addAccount(dovecot, 'bob');
  await checkUntilQuiet(yard, ref);
  const cache = configCache(yard.deps);
  const nowSeconds = Math.floor(yard.deps.now() / 1_000);
  let looked = 0;
  for (let minute = 60; minute >= 0; minute -= 1) {
    const message = {
      accounts: [ref],
      tickSeconds: nowSeconds - minute * 60,
      pollSeconds: 60,
      batch: { pollGroup: '60#0', n: 0 },
    };
    looked += (await checkAccounts(yard.deps, cache, message)).length;
  }
  assert.ok(looked <= 2, `${looked} looks for 61 messages`);
});
