/** `node bench/main.ts <name> [--json] [--seed <number>]`: a table for people, with --json one JSON object on the last line. */
import { parseArgs } from 'node:util';
import type { Bench } from './bench.ts';
import { segments } from './segments.ts';
import { formatTable } from './table.ts';

const BENCHES: ReadonlyMap<string, Bench> = new Map([['segments', segments]]);

const usage = (problem: string): number => {
  const names = [...BENCHES].map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  console.error(`${problem}\n\nUsage: npm run bench -- <name> [--json] [--seed <number>]\n\n${names.join('\n')}`);
  return 2;
};

const parsed = (args: string[]) =>
  parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean' }, seed: { type: 'string' } } });

const main = async (args: string[]): Promise<number> => {
  let given: ReturnType<typeof parsed>;
  try {
    given = parsed(args);
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = given;
  const [name, ...rest] = positionals;
  const bench = BENCHES.get(name ?? '');
  if (name === undefined) return usage('Which bench?');
  if (bench === undefined || rest.length > 0) return usage(`There is no bench ${positionals.join(' ')}.`);
  const seed = values.seed === undefined ? undefined : Number(values.seed);
  if (seed !== undefined && !Number.isInteger(seed)) return usage('--seed takes a whole number.');

  const { title, rows, json, failures } = await bench.run({ seed });
  console.log(`${title}\n\n${formatTable(['', 'measured', 'budget'], rows)}\n`);
  for (const failure of failures) console.error(`MISSED: ${failure}`);
  if (values.json) console.log(JSON.stringify(json));
  return failures.length > 0 ? 1 : 0;
};

process.exitCode = await main(process.argv.slice(2));
