/** Processes among which the seeds are shared out. */
import path from 'node:path';
import { forkWorkers } from '../support/forked-workers.ts';
import type { Lived } from './live.ts';
import type { ServerAddress } from './servers.ts';

export type WorkerTask = {
  readonly do: 'live' | 'shrink';
  readonly seed: number;
  readonly at: ServerAddress;
};
export type WorkerResult = { readonly lived: Lived; readonly history?: readonly string[] };
export type Result = WorkerResult | { readonly error: string };

export type Workers = {
  /** How many tasks are best under way at once. */
  readonly atOnce: number;
  readonly ask: (task: WorkerTask) => Promise<Result>;
  readonly stop: () => Promise<void>;
};

// While one seed waits for Dovecot, the other runs.
const TASKS_PER_WORKER = 2;
// Some fifty times what a seed takes; to shrink one takes as long as it takes.
const SEED_SECONDS = 120;

/** `bug` is planted in each of them. Throws when one does not start. */
export const startWorkers = async (count: number, bug?: string): Promise<Workers> => {
  const file = path.join(import.meta.dirname, 'worker.ts');
  const args = bug === undefined ? [] : [bug];
  const workers = await forkWorkers<WorkerTask, WorkerResult>(file, args, count, ({ do: what }) =>
    what === 'live' ? SEED_SECONDS : undefined,
  );
  return { ...workers, atOnce: count * TASKS_PER_WORKER };
};
