/**
 * Chaos as proof: random histories of other clients and of our own accidents, after which the mirror has to equal the server.
 * `node test/chaos/main.ts --seeds N [--seed S] [--profile P] [--jobs J] [--planted [--bug B]]`; exits 1 on any difference.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { plantedEffectBug } from '../crash/planted.ts';
import { runEffectSeeds, runPlantedEffects } from '../crash/run-effects.ts';
import { wholeNumber } from '../support/whole-number.ts';
import { plantedBug } from './planted.ts';
import { PROFILES, profileNamed } from './profiles.ts';
import { runPlanted } from './run-planted.ts';
import { runSeeds } from './run-seeds.ts';
import { chaosServers } from './servers.ts';

const USAGE = `Usage: npm run chaos -- --seeds N [--seed S] [--profile P] [--jobs J] [--planted [--bug B]]
       npm run chaos -- --effects --seeds N [--seed S] [--jobs J] [--planted [--bug B]]

  --seeds N     how many histories to live through, 200 unless told otherwise
  --seed S      the first of them; without --seeds only that one
  --profile P   all of them on one kind of server: ${PROFILES.map(({ name }) => name).join(', ')}
  --jobs J      processes to share them among
  --effects     histories of what our workers do to mail, and not of the mirror: rules on, workers killed and doubled
  --planted     show that each bug planted on purpose is caught by at least 3 of 200 seeds, or of N
  --bug B       only that one`;

const optionsOf = (args: string[]) => {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      profile: { type: 'string' },
      jobs: { type: 'string' },
      planted: { type: 'boolean' },
      bug: { type: 'string' },
      effects: { type: 'boolean' },
    },
  });
  const seed = wholeNumber(values.seed, 'seed');
  return {
    from: seed ?? 1,
    count: wholeNumber(values.seeds, 'seeds') ?? (seed === undefined ? 200 : 1),
    ...(values.profile === undefined ? {} : { profile: profileNamed(values.profile) }),
    jobs: wholeNumber(values.jobs, 'jobs') ?? Math.max(1, availableParallelism()),
    planted: values.planted === true || values.bug !== undefined,
    ...(values.bug === undefined || values.effects === true ? {} : { bug: plantedBug(values.bug) }),
    ...(values.bug === undefined || values.effects !== true ? {} : { effectBug: plantedEffectBug(values.bug) }),
    effects: values.effects === true,
  };
};

const main = async (args: string[]): Promise<number> => {
  let options: ReturnType<typeof optionsOf>;
  try {
    options = optionsOf(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options.effects) return (await (options.planted ? runPlantedEffects : runEffectSeeds)(options)) ? 0 : 1;
  const servers = chaosServers();
  try {
    return (await (options.planted ? runPlanted : runSeeds)(servers, options)) ? 0 : 1;
  } finally {
    await servers.stop();
  }
};

process.exitCode = await main(process.argv.slice(2));
