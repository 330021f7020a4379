/** Processes among which the seeds are shared out. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Lived } from './live.ts';
import type { ServerAddress } from './servers.ts';

export type WorkerTask = {
  readonly do: 'live' | 'shrink';
  readonly id: string;
  readonly seed: number;
  readonly at: ServerAddress;
};
export type WorkerAnswer =
  | { readonly id: 'ready' }
  | { readonly id: string; readonly lived: Lived; readonly history?: readonly string[] }
  | { readonly id: string; readonly error: string };

export type Result = { readonly lived: Lived; readonly history?: readonly string[] } | { readonly error: string };

export type Workers = {
  /** How many tasks are best under way at once. */
  readonly atOnce: number;
  readonly ask: (task: Omit<WorkerTask, 'id'>) => Promise<Result>;
  readonly stop: () => Promise<void>;
};

// While one seed waits for Dovecot, the other runs.
const TASKS_PER_WORKER = 2;

/** `bug` is planted in each of them. Throws when one does not start. */
export const startWorkers = async (count: number, bug?: string): Promise<Workers> => {
  const children = await Promise.all(Array.from({ length: count }, () => startWorker(bug)));
  let turn = 0;
  return {
    atOnce: count * TASKS_PER_WORKER,
    ask: async (task) => {
      const child = children.reduce((best, one) => (one.busy() < best.busy() ? one : best));
      turn += 1;
      return await child.ask({ ...task, id: `${turn}` });
    },
    stop: async () => {
      await Promise.all(children.map((child) => child.stop()));
    },
  };
};

const startWorker = async (bug: string | undefined) => {
  const file = path.join(import.meta.dirname, 'worker.ts');
  const child = fork(file, bug === undefined ? [] : [bug], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<string, (result: Result) => void>();
  await untilReady(child);
  child.on('message', (answer: Exclude<WorkerAnswer, { id: 'ready' }>) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.once('exit', (code) => {
    for (const resolve of waiting.values()) resolve({ error: `its process ended with ${code}` });
    waiting.clear();
  });
  return {
    busy: () => waiting.size,
    ask: (task: WorkerTask) =>
      new Promise<Result>((resolve) => {
        waiting.set(task.id, resolve);
        child.send(task);
      }),
    stop: async () => {
      if (child.exitCode !== null || !child.connected) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
};

const untilReady = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`a worker did not start: it ended with ${code}`)));
  });
