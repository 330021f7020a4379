/** The bench of a million messages in small: low bounds, and time that passes with each look at the clock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plant } from '../chaos/plant.ts';

const PIECE = 200;
const planted = plant([
  {
    name: 'small-pieces',
    file: 'shared/limits.ts',
    find: 'seedPieceMessages: 50_000,',
    replace: `seedPieceMessages: ${PIECE},`,
  },
]);
// Loaded after the bound is in place.
const { copiedMessages, fillByCopying } = await import('../../bench/fixture-copies.ts');
const { accountOverApi, firstSyncInRuns, oddReadings } = await import('../../bench/bounded-runs.ts');
const { differencesBetween } = await import('../../bench/mirror-check.ts');
const { configCache } = await import('../../shared/service/account-config.ts');
const { checkAccounts } = await import('../../shared/service/check-accounts.ts');
const { startDovecot } = await import('../support/dovecot.ts');
const { dovecotOracle } = await import('../support/dovecot-oracle.ts');
const { mirrorOf } = await import('../support/mirror.ts');
const { startYard } = await import('../support/yard.ts');
await planted.check();

const BENCH = { user: 'bench', password: 'secret' };
const COPIED = { blockMessages: 250, inboxBlocks: 6, inboxExpunged: 300, folders: 6 };
const RUN_SECONDS = 20;

test('a first sync goes on from run to run, and the API tells how far it is', async () => {
  const server = await startDovecot({ users: { [BENCH.user]: BENCH.password } });
  const yard = await startYard();
  try {
    await fillByCopying(server.plainPort, BENCH, 7, COPIED);
    const ref = await yard.addAccount(server, BENCH.user);
    let looks = 0;
    const now = (): number => {
      looks += 1;
      return yard.deps.now() + looks * 1_000;
    };
    const run = async () => {
      const endsAt = now() + RUN_SECONDS * 1_000;
      const deps = { ...yard.deps, now, deadline: () => endsAt };
      const message = { accounts: [ref], tickSeconds: Math.floor(now() / 1_000), pollSeconds: 60 };
      const [report] = await checkAccounts(deps, configCache(deps), message);
      assert.equal(report?.outcome, 'synced', JSON.stringify(report));
      return { more: report.sync.more };
    };
    const { runs, readings } = await firstSyncInRuns(run, accountOverApi({ ...yard.deps, now }, ref));
    assert.ok(runs.length >= 3, `${runs.length} runs`);
    assert.equal(readings.length, runs.length - 1);
    assert.deepEqual(oddReadings(readings, copiedMessages(COPIED)), []);
    // Stopped between two pieces, not only between two folders.
    assert.ok(readings.some(({ messagesDone }) => messagesDone % COPIED.blockMessages !== 0));
    for (const { messagesPerSecond, secondsRemaining } of readings) {
      assert.ok((messagesPerSecond ?? 0) > 0);
      assert.ok((secondsRemaining ?? 0) > 0);
    }
    const oracle = dovecotOracle(server);
    let mirrored = 0;
    for (const folder of await oracle.folders(BENCH.user)) {
      const held = await oracle.listMessages(BENCH.user, folder);
      assert.equal(differencesBetween(held, await mirrorOf(yard, ref, folder)), 0, folder);
      mirrored += held.length;
    }
    assert.equal(mirrored, copiedMessages(COPIED));
  } finally {
    await yard.stop();
    await server.stop();
  }
});

test('progress that does not fit is told', async () => {
  const reading = (messagesDone: number, messagesTotal = 10) => ({ messagesDone, messagesTotal });
  assert.deepEqual(oddReadings([reading(2), reading(5)], 10), []);
  assert.equal(oddReadings([reading(2), reading(2)], 10).length, 1);
  assert.equal(oddReadings([reading(2, 9)], 10).length, 1);
  assert.equal(oddReadings([reading(10)], 10).length, 1);
  const through = async () => ({ firstSyncAt: '2026-01-01T00:00:00Z' });
  const under = async () => ({ firstSync: reading(1) });
  await assert.rejects(firstSyncInRuns(async () => ({ more: true }), through));
  await assert.rejects(firstSyncInRuns(async () => ({ more: false }), under));
  await assert.rejects(
    firstSyncInRuns(async () => ({ more: true }), under),
    /not through after/,
  );
});
