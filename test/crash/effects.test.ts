/** A few histories of effects; `npm run chaos -- --effects --seeds 2000` lives through many. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { effectsHistoryOf } from './effects-history.ts';
import { plantedEffectBug } from './planted.ts';
import {
  catchEffectBug,
  type EffectServers,
  liveEffectSeeds,
  startEffectServers,
  stopEffectServers,
} from './run-effects.ts';
import { CRASH_SERVERS } from './servers.ts';

describe('effects, while the person handles the same mail and workers die', () => {
  let servers: EffectServers;
  before(async () => {
    servers = await startEffectServers();
  });
  after(() => stopEffectServers(servers));

  it('converge to exactly one', async () => {
    const seeds = Array.from({ length: 2 * CRASH_SERVERS.length }, (_, i) => i + 1);
    const sums = { acts: 0, faults: 0, effects: 0 };
    for await (const { seed, server, lived } of liveEffectSeeds(servers, seeds, { jobs: 2 })) {
      assert.deepEqual(lived.wrong, [], `npm run chaos -- --effects --seed ${seed} (${server})`);
      for (const name of ['acts', 'faults', 'effects'] as const) sums[name] += lived[name];
    }
    assert.ok(sums.acts > 100 && sums.faults > 10 && sums.effects > 20, JSON.stringify(sums));
  });

  it('do not where the journal of a dead worker is forgotten, and that is noticed', async () => {
    const options = { from: 1, count: 60, jobs: 2 };
    const { caught, tried } = await catchEffectBug(servers, plantedEffectBug('open-journal-forgotten'), options);
    assert.ok(caught.length >= 3, `${caught.length} of ${tried} seeds`);
  });
});

describe('what histories of effects are made of', () => {
  it('the same seed draws the same history, another one another', () => {
    assert.deepEqual(effectsHistoryOf(7), effectsHistoryOf(7));
    assert.notDeepEqual(effectsHistoryOf(7), effectsHistoryOf(8));
  });
});
