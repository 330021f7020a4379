/** `node bench/main.ts <name> [options]`: tables for people, with --json one JSON object on the last line. */
import { parseArgs } from 'node:util';
import { backfill } from './backfill.ts';
import type { Bench, BenchOptions } from './bench.ts';
import { bundle } from './bundle.ts';
import { coldstart } from './coldstart.ts';
import { cost } from './cost.ts';
import { delta } from './delta.ts';
import { evaluateBench } from './evaluate.ts';
import { first } from './first.ts';
import { idle } from './idle.ts';
import { load } from './load.ts';
import { million } from './million.ts';
import { rules } from './rules.ts';
import { segments } from './segments.ts';
import { formatTable } from './table.ts';

const BENCHES: ReadonlyMap<string, Bench> = new Map([
  ['segments', segments],
  ['idle', idle],
  ['delta', delta],
  ['first', first],
  ['evaluate', evaluateBench],
  ['million', million],
  ['rules', rules],
  ['backfill', backfill],
  ['coldstart', coldstart],
  ['bundle', bundle],
  ['cost', cost],
  ['load', load],
]);

const OPTIONS = {
  json: { type: 'boolean' },
  seed: { type: 'string' },
  rtt: { type: 'string' },
  runs: { type: 'string' },
  folders: { type: 'string' },
  accounts: { type: 'string' },
  every: { type: 'string' },
  seconds: { type: 'string' },
  'all-peers': { type: 'boolean' },
} as const;

const USAGE = `Usage: npm run bench -- <name> [--json] [--seed <number>]
                            [--rtt <ms>] [--runs <rounds>] [--folders <number>] [--all-peers]
                            [--accounts <number>] [--every <seconds>] [--seconds <number>]`;

const usage = (problem: string): number => {
  const names = [...BENCHES].map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  console.error(`${problem}\n\n${USAGE}\n\n${names.join('\n')}`);
  return 2;
};

const parsed = (args: string[]) => parseArgs({ args, allowPositionals: true, options: OPTIONS });

/** Throws when it is no whole number, or below `min`. */
const wholeNumber = (name: string, text: string | undefined, min: number): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min) throw new Error(`--${name} takes a whole number from ${min}.`);
  return value;
};

const main = async (args: string[]): Promise<number> => {
  let bench: Bench | undefined;
  let options: BenchOptions;
  let json: boolean;
  try {
    const { values, positionals } = parsed(args);
    const [name, ...rest] = positionals;
    if (name === undefined) return usage('Which bench?');
    bench = BENCHES.get(name);
    if (bench === undefined || rest.length > 0) return usage(`There is no bench ${positionals.join(' ')}.`);
    json = values.json ?? false;
    options = {
      seed: wholeNumber('seed', values.seed, 0),
      rttMs: wholeNumber('rtt', values.rtt, 0),
      runs: wholeNumber('runs', values.runs, 1),
      folders: wholeNumber('folders', values.folders, 7),
      accounts: wholeNumber('accounts', values.accounts, 1),
      everySeconds: wholeNumber('every', values.every, 1),
      seconds: wholeNumber('seconds', values.seconds, 1),
      allPeers: values['all-peers'] ?? false,
    };
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }

  const result = await bench.run(options);
  console.log(`${result.title}\n`);
  if (result.contestants) console.log(`${formatTable(result.contestants.header, result.contestants.rows)}\n`);
  console.log(`${formatTable(['', 'measured', 'budget'], result.rows)}\n`);
  for (const note of result.notes ?? []) console.log(`- ${note}`);
  for (const failure of result.failures) console.error(`MISSED: ${failure}`);
  if (json) console.log(JSON.stringify(result.json));
  return result.failures.length > 0 ? 1 : 0;
};

process.exitCode = await main(process.argv.slice(2));
