/**
 * `npm run rehearse [-- --planted]`: the deployment, played through on this machine without an AWS account or a network. Exits 1 at
 * any failure.
 */
import { parseArgs } from 'node:util';
import { rehearse } from './rehearse.ts';
import { runPlanted } from './run-planted.ts';

const USAGE = `Usage: npm run rehearse [-- --planted]

  --planted   plant one mistake after the other in what is deployed, and show that the rehearsal finds it`;

const main = async (args: string[]): Promise<number> => {
  let planted: boolean;
  try {
    planted = parseArgs({ args, options: { planted: { type: 'boolean', default: false } } }).values.planted;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  return (await (planted ? runPlanted() : rehearse())) ? 0 : 1;
};

process.exitCode = await main(process.argv.slice(2));
