/** A process that lives seeds through: started by workers.ts, with the name of a planted bug or none. */
import { plant } from './plant.ts';
import { plantedBug } from './planted.ts';
import { smallLimits } from './small-limits.ts';
import type { WorkerAnswer, WorkerTask } from './workers.ts';

const [bug] = process.argv.slice(2);
const planted = plant([...smallLimits(), ...(bug === undefined ? [] : [plantedBug(bug)])]);
// Loaded after the bug is in place: this is where the product comes in.
const { startStage } = await import('./stage.ts');
const stage = await startStage();
planted.check();

const answer = (message: WorkerAnswer): void => {
  // Nobody may be waiting any more.
  if (process.connected) process.send?.(message);
};

process.on('message', async (task: WorkerTask) => {
  const { id, seed, at } = task;
  try {
    if (task.do === 'shrink') {
      const { history, lived } = await stage.shrinkSeed(seed, at);
      answer({ id, history: history.map((step) => JSON.stringify(step)), lived });
    } else {
      const lived = await stage.liveSeed(seed, at);
      // What happened is much text, and is asked for by few.
      answer({ id, lived: { ...lived, told: [] } });
    }
  } catch (error) {
    answer({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.once('disconnect', () => void stage.stop().finally(() => process.exit()));
answer({ id: 'ready' });
