/** Shows that the histories find bugs: each one planted is caught, by seeds that pass without it. */
import { differenceKind } from './difference-kind.ts';
import type { Planting } from './plant.ts';
import { PLANTED } from './planted.ts';
import type { Profile } from './profiles.ts';
import { isSame, liveSeeds, type SeedResult, type SeedsOptions } from './run-seeds.ts';
import type { ChaosServers } from './servers.ts';
import { type Result, startWorkers, type Workers } from './workers.ts';

const CAUGHT_MIN = 3;

export type PlantedOptions = SeedsOptions & { readonly bug?: Planting };

/** True when every bug, or the one asked for, was caught by at least three seeds that pass without it. */
export const runPlanted = async (servers: ChaosServers, options: PlantedOptions): Promise<boolean> => {
  const workers = await startWorkers(1);
  const honest = honestRuns(servers, workers);
  let missed = 0;
  try {
    for (const bug of options.bug === undefined ? PLANTED : [options.bug]) {
      const began = performance.now();
      const { caught, tried } = await catchBug(servers, honest, bug, options).catch((error: unknown) => {
        console.log(`${bug.name}: ${error instanceof Error ? error.message : String(error)}`);
        return { caught: [], tried: 0 };
      });
      const enough = caught.length >= CAUGHT_MIN;
      if (!enough) missed += 1;
      const seconds = ((performance.now() - began) / 1_000).toFixed(0);
      const by = caught
        .map(({ seed, profile, result }) => `${seed} (${profile.name}: ${firstKind(result)})`)
        .join(', ');
      console.log(`${enough ? 'caught' : 'MISSED'}  ${bug.name}: by ${by || 'none'} of ${tried} seeds, ${seconds} s`);
    }
  } finally {
    await workers.stop();
  }
  return missed === 0;
};

const firstKind = (result: Result): string =>
  'error' in result ? 'an error' : differenceKind(result.lived.differences[0] ?? '');

/** Whether a seed passes without any bug; each is lived through once. */
export type HonestRuns = (seed: number, profile: Profile) => Promise<boolean>;

export const honestRuns = (servers: ChaosServers, workers: Workers): HonestRuns => {
  const passed = new Map<string, boolean>();
  return async (seed, profile) => {
    const key = `${seed} ${profile.name}`;
    const known = passed.get(key);
    if (known !== undefined) return known;
    const passes = isSame(await workers.ask({ do: 'live', seed, at: await servers.addressOf(profile) }));
    passed.set(key, passes);
    return passes;
  };
};

/** Stops once enough seeds have caught it. A seed that fails without the bug, too, proves nothing and does not count. */
export const catchBug = async (
  servers: ChaosServers,
  honest: HonestRuns,
  bug: Planting,
  { from, count, profile, jobs }: SeedsOptions,
): Promise<{ readonly caught: readonly SeedResult[]; readonly tried: number }> => {
  const workers = await startWorkers(jobs, bug.name);
  const caught: SeedResult[] = [];
  let tried = 0;
  try {
    const seeds = Array.from({ length: count }, (_, i) => from + i);
    for await (const one of liveSeeds(workers, servers, seeds, profile)) {
      tried += 1;
      if (isSame(one.result)) continue;
      if (await honest(one.seed, one.profile)) caught.push(one);
      if (caught.length >= CAUGHT_MIN) break;
    }
  } finally {
    await workers.stop();
  }
  return { caught: caught.sort((a, b) => a.seed - b.seed), tried };
};
