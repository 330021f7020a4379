/** Lives many seeds through, tells what failed and what was reached. */
import { differenceKind } from './difference-kind.ts';
import { PROFILES, type Profile, profileOfSeed } from './profiles.ts';
import type { ChaosServers } from './servers.ts';
import { type Tally, tally, tallyText, unreached } from './tally.ts';
import { type Result, startWorkers, type Workers } from './workers.ts';

export type SeedsOptions = {
  readonly from: number;
  readonly count: number;
  readonly profile?: Profile;
  readonly jobs: number;
};

/** From here on a run has to reach everything, often. */
const FULL_COUNT = 2_000;
const REACHED_MIN = 50;
const SHRUNK_MAX = 3;
const DIFFERENCES_SHOWN = 8;
const SEEDS_PER_WORD = 250;

export type SeedResult = { readonly seed: number; readonly profile: Profile; readonly result: Result };

/** True when there was no difference, and all was reached that had to be. */
export const runSeeds = async (servers: ChaosServers, options: SeedsOptions): Promise<boolean> => {
  const { from, count, profile, jobs } = options;
  const workers = await startWorkers(Math.min(jobs, count));
  const began = performance.now();
  const tallies = new Map<string, Tally>();
  const failed: SeedResult[] = [];
  try {
    const seeds = Array.from({ length: count }, (_, i) => from + i);
    let done = 0;
    for await (const one of liveSeeds(workers, servers, seeds, profile)) {
      const { result } = one;
      done += 1;
      if (done % SEEDS_PER_WORD === 0) console.log(`${done} of ${count} seeds, ${failed.length} failed`);
      if ('lived' in result) tally(tallies, one.profile.name, result.lived);
      if (!isSame(result)) {
        failed.push(one);
        console.log(failureText(one));
      }
    }
    const seconds = (performance.now() - began) / 1_000;
    console.log(`\n${tallyText(tallies)}\n`);
    console.log(
      `${count} seeds in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} a second; ${failed.length} failed`,
    );
    for (const one of oneOfEachKind(failed)) console.log(await shrunkText(workers, servers, one));
    const wanted = profile === undefined ? PROFILES : [profile];
    const missing = count >= FULL_COUNT ? unreached(tallies, wanted, REACHED_MIN) : [];
    for (const line of missing) console.log(`NOT REACHED: ${line}`);
    return failed.length === 0 && missing.length === 0;
  } finally {
    await workers.stop();
  }
};

/** As they are done, in no order; `stop` ends it early. */
export async function* liveSeeds(
  workers: Workers,
  servers: ChaosServers,
  seeds: readonly number[],
  profile?: Profile,
): AsyncGenerator<SeedResult> {
  const left = [...seeds];
  const running = new Map<number, Promise<SeedResult>>();
  const start = async (seed: number): Promise<SeedResult> => {
    const lookedLike = profile ?? profileOfSeed(seed);
    const at = await servers.addressOf(lookedLike);
    return { seed, profile: lookedLike, result: await workers.ask({ do: 'live', seed, at }) };
  };
  while (left.length > 0 || running.size > 0) {
    while (running.size < workers.atOnce && left.length > 0) {
      const seed = left.shift();
      if (seed !== undefined) running.set(seed, start(seed));
    }
    const done = await Promise.race(running.values());
    running.delete(done.seed);
    yield done;
  }
}

export const isSame = (result: Result): boolean => 'lived' in result && result.lived.differences.length === 0;

const failureText = ({ seed, profile, result }: SeedResult): string => {
  const repeat = `FAILED: --seed ${seed} --profile ${profile.name}`;
  if ('error' in result) return `${repeat}\n  ${result.error}`;
  const { differences } = result.lived;
  const rest = differences.length > DIFFERENCES_SHOWN ? [`... and ${differences.length - DIFFERENCES_SHOWN} more`] : [];
  return [repeat, ...differences.slice(0, DIFFERENCES_SHOWN), ...rest].join('\n  ');
};

/** Shrinking takes a while: the first of each kind. */
const oneOfEachKind = (failed: readonly SeedResult[]): SeedResult[] => {
  const kinds = new Map<string, SeedResult>();
  for (const one of failed) {
    if ('error' in one.result) continue;
    const kind = differenceKind(one.result.lived.differences[0] ?? '');
    if (!kinds.has(kind) && kinds.size < SHRUNK_MAX) kinds.set(kind, one);
  }
  return [...kinds.values()];
};

const shrunkText = async (workers: Workers, servers: ChaosServers, { seed, profile }: SeedResult): Promise<string> => {
  const result = await workers.ask({ do: 'shrink', seed, at: await servers.addressOf(profile) });
  const title = `\nSHRUNKEN: --seed ${seed} --profile ${profile.name}`;
  if ('error' in result) return `${title}\n  ${result.error}`;
  const lines = ['  history:', ...(result.history ?? []).map((step) => `    ${step}`)];
  const differences = ['  differences:', ...result.lived.differences.slice(0, 20).map((one) => `    ${one}`)];
  return [title, ...lines, ...differences, '  what happened:', ...result.lived.told.map((one) => `    ${one}`)].join(
    '\n',
  );
};
