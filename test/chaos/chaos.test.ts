/** A few histories of each kind of server, and proof that they can fail; `npm run chaos` lives through thousands. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { diceOf } from './dice.ts';
import { historyOf } from './history.ts';
import { lineReader } from './line-reader.ts';
import { decodeMutf7, encodeMutf7 } from './mutf7.ts';
import { requirePlace } from './plant.ts';
import { PLANTED, plantedBug } from './planted.ts';
import { PROFILES } from './profiles.ts';
import { catchBug, honestRuns } from './run-planted.ts';
import { liveSeeds } from './run-seeds.ts';
import { type ChaosServers, chaosServers } from './servers.ts';
import { smallLimits } from './small-limits.ts';
import { startWorkers, type Workers } from './workers.ts';

const SEEDS = Array.from({ length: 2 * PROFILES.length }, (_, i) => i + 1);
const JOBS = 2;

describe('histories at random', () => {
  let servers: ChaosServers;
  let workers: Workers;
  before(async () => {
    servers = chaosServers();
    workers = await startWorkers(JOBS);
  });
  after(async () => {
    await workers?.stop();
    await servers.stop();
  });

  it('end with a mirror that equals the server', async () => {
    for await (const { seed, profile, result } of liveSeeds(workers, servers, SEEDS)) {
      const why = `npm run chaos -- --seed ${seed} --profile ${profile.name}`;
      assert.ok('lived' in result, `${why}: ${'error' in result ? result.error : ''}`);
      assert.deepEqual(result.lived.differences, [], why);
      assert.ok(result.lived.acts >= 30 && result.lived.cuts >= 3, why);
    }
  });

  it('notice a bug that was planted', async () => {
    const options = { from: 1, count: 40, jobs: JOBS };
    const bug = plantedBug('keyword-case-kept');
    const { caught } = await catchBug(servers, honestRuns(servers, workers), bug, options);
    assert.equal(caught.length, 3);
  });
});

describe('what histories are made of', () => {
  it('the same seed draws the same history, another one another', () => {
    assert.deepEqual(historyOf(7), historyOf(7));
    assert.notDeepEqual(historyOf(7), historyOf(8));
  });

  it('draws stay within their bounds', () => {
    const dice = diceOf(3);
    const drawn = new Set(Array.from({ length: 200 }, () => dice.int(2, 4)));
    assert.deepEqual([...drawn].sort(), [2, 3, 4]);
    assert.deepEqual(dice.some([1, 2, 3], 5).sort(), [1, 2, 3]);
  });

  it('every planted bug has a name of its own, and a place where it changes something', () => {
    assert.ok(PLANTED.length >= 10);
    assert.equal(new Set(PLANTED.map(({ name }) => name)).size, PLANTED.length);
    for (const bug of PLANTED) {
      requirePlace(bug);
      assert.notEqual(bug.find, bug.replace);
    }
  });

  it('a planted bug whose place is not found is refused', () => {
    const bug = { name: 'lost', file: 'shared/limits.ts', find: 'no such text', replace: '' };
    assert.throws(() => requirePlace(bug), /0 times, not once/);
  });

  it('bounds are lowered that the product has', () => {
    for (const bound of smallLimits()) requirePlace(bound);
  });

  it('folder names are encoded as RFC 3501 says', () => {
    assert.equal(encodeMutf7('~peter/mail/台北/日本語'), '~peter/mail/&U,BTFw-/&ZeVnLIqe-');
    for (const name of ['R&D', 'A&-B', 'Party 😀', 'Été', 'plain']) assert.equal(decodeMutf7(encodeMutf7(name)), name);
  });

  it('a line goes with its literals, wherever the stream is cut', () => {
    const stream = '* 1 FETCH (BODY[] {7}\r\na\r\nb\r\n)\r\na1 OK done\r\n';
    for (let at = 0; at <= stream.length; at += 1) {
      const read = lineReader({ asks: false });
      const units = [...read(stream.slice(0, at)), ...read(stream.slice(at))].map(({ text }) => text);
      assert.deepEqual(units, ['* 1 FETCH (BODY[] {7}\r\na\r\nb\r\n)\r\n', 'a1 OK done\r\n']);
    }
  });

  it('a client that asks leave for a literal waits for it', () => {
    const read = lineReader({ asks: true });
    const first = read('a1 LOGIN {5}\r\n');
    assert.deepEqual(first, [{ text: 'a1 LOGIN {5}\r\n', begins: true }]);
    assert.deepEqual(read('al\r\ne pw\r\na2 NOOP\r\n'), [
      { text: 'al\r\ne pw\r\n', begins: false },
      { text: 'a2 NOOP\r\n', begins: true },
    ]);
  });
});
