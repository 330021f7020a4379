/** Many histories of effects, shared out among processes; and proof that they find bugs. */
import path from 'node:path';
import type { Planting } from '../chaos/plant.ts';
import { type ServerAddress, startServer } from '../chaos/servers.ts';
import { forkWorkers } from '../support/forked-workers.ts';
import type { EffectsLived } from './effects-live.ts';
import type { EffectsTask } from './effects-worker.ts';
import { PLANTED_EFFECT_BUGS } from './planted.ts';
import { CRASH_SERVERS } from './servers.ts';

export type EffectsOptions = {
  readonly from: number;
  readonly count: number;
  readonly jobs: number;
  /** Of the planted ones, only this. */
  readonly effectBug?: Planting;
};
export type SeedOutcome = { readonly seed: number; readonly server: string; readonly lived: EffectsLived };

const WRONG_SHOWN = 12;
const CAUGHT_MIN = 3;
// While one history waits for Dovecot, the others go on.
const SEEDS_PER_WORKER = 3;
// Some forty times what a seed takes.
const SEED_SECONDS = 120;

export type EffectServers = ReadonlyMap<
  string,
  { readonly address: ServerAddress; readonly stop: () => Promise<void> }
>;

export const startEffectServers = async (): Promise<EffectServers> => {
  const started = await Promise.all(CRASH_SERVERS.map(async (kind) => [kind.name, await startServer(kind)] as const));
  return new Map(started);
};

export const stopEffectServers = async (servers: EffectServers): Promise<void> => {
  await Promise.all([...servers.values()].map(({ stop }) => stop()));
};

/** As they are done, in no order; seeds go round the kinds of server. A worker's own failure counts as one of the seed. */
export async function* liveEffectSeeds(
  servers: EffectServers,
  seeds: readonly number[],
  { jobs, bug }: { readonly jobs: number; readonly bug?: string },
): AsyncGenerator<SeedOutcome> {
  const file = path.join(import.meta.dirname, 'effects-worker.ts');
  const args = bug === undefined ? [] : [bug];
  const workers = await forkWorkers<EffectsTask, EffectsLived>(file, args, jobs, () => SEED_SECONDS);
  const live = async (seed: number): Promise<SeedOutcome> => {
    const server = CRASH_SERVERS[seed % CRASH_SERVERS.length]?.name ?? '';
    const at = servers.get(server)?.address;
    if (at === undefined) throw new Error(`${server} was not started`);
    const lived = await workers.ask({ seed, server, at });
    if (!('error' in lived)) return { seed, server, lived };
    return { seed, server, lived: { acts: 0, faults: 0, effects: 0, wrong: [lived.error], told: [] } };
  };
  try {
    const left = [...seeds];
    const running = new Map<number, Promise<SeedOutcome>>();
    while (left.length > 0 || running.size > 0) {
      while (running.size < jobs * SEEDS_PER_WORKER && left.length > 0) {
        const seed = left.shift();
        if (seed !== undefined) running.set(seed, live(seed));
      }
      const done = await Promise.race(running.values());
      running.delete(done.seed);
      yield done;
    }
  } finally {
    await workers.stop();
  }
}

const seedsOf = ({ from, count }: EffectsOptions): number[] => Array.from({ length: count }, (_, i) => from + i);

/** True when all invariants hold in all of them. */
export const runEffectSeeds = async (options: EffectsOptions): Promise<boolean> => {
  const servers = await startEffectServers();
  const began = performance.now();
  const sums = { acts: 0, faults: 0, effects: 0, failed: 0 };
  try {
    for await (const { seed, server, lived } of liveEffectSeeds(servers, seedsOf(options), options)) {
      sums.acts += lived.acts;
      sums.faults += lived.faults;
      sums.effects += lived.effects;
      const isWrong = lived.wrong.length > 0;
      if (isWrong) sums.failed += 1;
      if (!isWrong && options.count > 1) continue;
      if (isWrong) console.log(`FAILED: --effects --seed ${seed} (${server})`);
      for (const one of lived.wrong.slice(0, WRONG_SHOWN)) console.log(`  ${one}`);
      if (options.count === 1) for (const one of lived.told) console.log(`    ${one}`);
    }
  } finally {
    await stopEffectServers(servers);
  }
  const seconds = (performance.now() - began) / 1_000;
  const { acts, faults, effects, failed } = sums;
  console.log(
    `${options.count} seeds in ${seconds.toFixed(0)} s: ${acts} acts of the person, ${faults} faults, ${effects} effects`,
  );
  console.log(`${failed} seeds with violations`);
  return failed === 0;
};

/** True when each planted bug is caught by at least three seeds that pass without it. */
export const runPlantedEffects = async (options: EffectsOptions): Promise<boolean> => {
  const servers = await startEffectServers();
  let all = true;
  try {
    for (const bug of options.effectBug === undefined ? PLANTED_EFFECT_BUGS : [options.effectBug]) {
      const { caught, tried } = await catchEffectBug(servers, bug, options);
      const enough = caught.length >= CAUGHT_MIN;
      all &&= enough;
      const by = caught.map(({ seed, server, lived }) => `${seed} (${server}: ${lived.wrong[0] ?? ''})`).join('; ');
      console.log(`${enough ? 'caught' : 'MISSED'}  ${bug.name}: by ${by || 'none'} of ${tried} seeds`);
    }
  } finally {
    await stopEffectServers(servers);
  }
  return all;
};

/** Stops once enough seeds have caught it. One that fails without the bug, too, proves nothing and does not count. */
export const catchEffectBug = async (
  servers: EffectServers,
  bug: Planting,
  options: EffectsOptions,
): Promise<{ readonly caught: readonly SeedOutcome[]; readonly tried: number }> => {
  const caught: SeedOutcome[] = [];
  const suspects: SeedOutcome[] = [];
  let tried = 0;
  for await (const one of liveEffectSeeds(servers, seedsOf(options), { jobs: options.jobs, bug: bug.name })) {
    tried += 1;
    if (one.lived.wrong.length > 0) suspects.push(one);
    // Some more than needed, as some may fail without the bug, too.
    if (suspects.length >= CAUGHT_MIN + 2) break;
  }
  const seeds = suspects.map(({ seed }) => seed);
  for await (const honest of liveEffectSeeds(servers, seeds, { jobs: options.jobs })) {
    if (honest.lived.wrong.length > 0) continue;
    caught.push(...suspects.filter(({ seed }) => seed === honest.seed));
  }
  return { caught, tried };
};
