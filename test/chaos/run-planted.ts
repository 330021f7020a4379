/** Shows that the histories find bugs: each one planted is caught, by seeds that pass without it. */
import { differenceKind } from './difference-kind.ts';
import type { Planting } from './plant.ts';
import { PLANTED } from './planted.ts';
import { isSame, liveSeeds, type SeedResult, type SeedsOptions } from './run-seeds.ts';
import type { ChaosServers } from './servers.ts';
import { type Result, startWorkers } from './workers.ts';

const CAUGHT_MIN = 3;

/** True when every bug was caught by at least three seeds that pass without it. */
export const runPlanted = async (servers: ChaosServers, options: SeedsOptions): Promise<boolean> => {
  let all = true;
  for (const bug of PLANTED) {
    const began = performance.now();
    const { caught, tried } = await catchBug(servers, bug, options).catch((error: unknown) => {
      console.log(`${bug.name}: ${error instanceof Error ? error.message : String(error)}`);
      return { caught: [], tried: 0 };
    });
    const enough = caught.length >= CAUGHT_MIN;
    all &&= enough;
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    const by = caught.map(({ seed, profile, result }) => `${seed} (${profile.name}: ${firstKind(result)})`).join(', ');
    console.log(`${enough ? 'caught' : 'MISSED'}  ${bug.name}: by ${by || 'none'} of ${tried} seeds, ${seconds} s`);
  }
  return all;
};

const firstKind = (result: Result): string =>
  'error' in result ? 'an error' : differenceKind(result.lived.differences[0] ?? '');

/** Stops once enough seeds have caught it. A seed that fails without the bug, too, proves nothing and does not count. */
export const catchBug = async (
  servers: ChaosServers,
  bug: Planting,
  { from, count, profile, jobs }: SeedsOptions,
): Promise<{ readonly caught: readonly SeedResult[]; readonly tried: number }> => {
  const [workers, honest] = await Promise.all([startWorkers(jobs, bug.name), startWorkers(1)]);
  const caught: SeedResult[] = [];
  let tried = 0;
  try {
    const seeds = Array.from({ length: count }, (_, i) => from + i);
    for await (const one of liveSeeds(workers, servers, seeds, profile)) {
      tried += 1;
      if (isSame(one.result)) continue;
      const at = await servers.addressOf(one.profile);
      if (isSame(await honest.ask({ do: 'live', seed: one.seed, at }))) caught.push(one);
      if (caught.length >= CAUGHT_MIN) break;
    }
  } finally {
    await Promise.all([workers.stop(), honest.stop()]);
  }
  return { caught: caught.sort((a, b) => a.seed - b.seed), tried };
};
