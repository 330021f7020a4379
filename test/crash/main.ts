/** Proof by exhaustion that effects converge: `node test/crash/main.ts --help` tells how it is called. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/whole-number.ts';
import { BOUNDARY_NAMES, boundaryNamed } from './boundaries.ts';
import { PLANTED_EFFECT_BUGS, plantedEffectBug } from './planted.ts';
import { printMatrix } from './print-matrix.ts';
import { runSoak, soakText } from './run-soak.ts';
import { SCENARIOS, scenarioNamed } from './scenarios.ts';
import { CRASH_SERVERS, crashServerNamed } from './servers.ts';

const USAGE = `Usage: npm run crash -- --all [--kind K] [--server S] [--boundary B] [--only N] [--sample N] [--bug NAME] [--jobs J] [--json] [--verbose]
       npm run crash -- --soak SECONDS [--seed S]

  --all         every effect, killed at every boundary, on every kind of server; run again until at rest, and compared
  --kind K      only this one: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --server S    only this one: ${CRASH_SERVERS.map(({ name }) => name).join(', ')}
  --boundary B  only this one: ${BOUNDARY_NAMES.join(', ')}
  --only N      only the N-th command or call of each boundary
  --sample N    only N commands or calls of each boundary, spread evenly, the last among them
  --bug NAME    with this bug planted: ${PLANTED_EFFECT_BUGS.map(({ name }) => name).join(', ')}
  --jobs J      processes to share the runs among
  --json        the matrix as JSON, and nothing else
  --verbose     what happened in each run, also where it came out right
  --soak S      fifty accounts on one server, a fifth of whose connections fail at random, for so many seconds`;

const SOAK_ACCOUNTS = 50;

const optionsOf = (args: string[]) => {
  const { values } = parseArgs({
    args,
    options: {
      all: { type: 'boolean' },
      kind: { type: 'string' },
      server: { type: 'string' },
      boundary: { type: 'string' },
      only: { type: 'string' },
      sample: { type: 'string' },
      bug: { type: 'string' },
      jobs: { type: 'string' },
      json: { type: 'boolean' },
      verbose: { type: 'boolean' },
      soak: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const { kind, server, boundary } = values;
  if (values.help === true) throw new Error('Proof by exhaustion that effects converge.');
  const soakSeconds = wholeNumber(values.soak, 'soak');
  const nothing = values.all !== true && soakSeconds === undefined;
  if (nothing && kind === undefined && server === undefined && boundary === undefined) {
    throw new Error('say --all, or what of it');
  }
  const only = wholeNumber(values.only, 'only');
  const sample = wholeNumber(values.sample, 'sample');
  const scenarios = kind === undefined ? SCENARIOS : [scenarioNamed(kind)];
  const servers = server === undefined ? CRASH_SERVERS : [crashServerNamed(server)];
  const boundaries = boundary === undefined ? BOUNDARY_NAMES : [boundaryNamed(boundary)];
  return {
    groups: scenarios.flatMap((one) =>
      servers
        .filter(({ name }) => server !== undefined || (one.servers?.includes(name) ?? true))
        .map(({ name }) => ({ scenario: one.name, server: name, boundaries })),
    ),
    ...(only === undefined ? {} : { only }),
    ...(sample === undefined ? {} : { sample }),
    ...(values.bug === undefined ? {} : { bug: plantedEffectBug(values.bug).name }),
    jobs: wholeNumber(values.jobs, 'jobs') ?? Math.max(1, availableParallelism()),
    json: values.json === true,
    isWhole: kind === undefined && server === undefined,
    verbose: values.verbose === true,
    soakSeconds,
    seed: wholeNumber(values.seed, 'seed') ?? 1,
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
  const { soakSeconds: seconds, seed } = options;
  if (seconds === undefined) return (await printMatrix(options)) ? 0 : 1;
  const report = await runSoak({ seconds, accounts: SOAK_ACCOUNTS, seed });
  console.log(options.json ? JSON.stringify(report, null, 2) : soakText(report));
  return report.wrong.length === 0 ? 0 : 1;
};

process.exitCode = await main(process.argv.slice(2));
