/** The whole rehearsal once for each planted mistake: it has to fail, and to say why. */
import { PLANTED, type Planted } from './planted.ts';
import { rehearse } from './rehearse.ts';

/** Whether every mistake was found. */
export const runPlanted = async (planted: readonly Planted[] = PLANTED): Promise<boolean> => {
  let all = true;
  for (const { name, plant, found } of planted) {
    const lines: string[] = [];
    const passed = await rehearse({ plant, say: (line) => lines.push(line) });
    const line = lines.find((one) => found.test(one));
    const isFound = !passed && line !== undefined;
    console.log(`${isFound ? 'found ' : 'MISSED'} ${name}: ${line?.trim() ?? `it said\n${lines.join('\n')}`}`);
    all &&= isFound;
  }
  console.log(`${planted.length} mistakes planted, ${all ? 'each of them found' : 'NOT all found'}`);
  return all;
};
