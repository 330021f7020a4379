/** A process that lives seeds through: started by workers.ts, with the name of a planted bug or none. */
import { serveTasks } from '../support/forked-workers.ts';
import { plant } from './plant.ts';
import { plantedBug } from './planted.ts';
import { smallLimits } from './small-limits.ts';
import type { WorkerResult, WorkerTask } from './workers.ts';

const [bug] = process.argv.slice(2);
const planted = plant([...smallLimits(), ...(bug === undefined ? [] : [plantedBug(bug)])]);
// Loaded after the bug is in place: this is where the product comes in.
const { startStage } = await import('./stage.ts');
const stage = await startStage();
await planted.check();

serveTasks<WorkerTask, WorkerResult>(
  async ({ do: what, seed, at }) => {
    if (what === 'shrink') {
      const { history, lived } = await stage.shrinkSeed(seed, at);
      return { history: history.map((step) => JSON.stringify(step)), lived };
    }
    const lived = await stage.liveSeed(seed, at);
    // What happened is much text, and is asked for by few.
    return { lived: { ...lived, told: [] } };
  },
  () => stage.stop(),
);
