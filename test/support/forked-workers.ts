/** Processes among which tasks are shared out: each is a file that answers `ready`, then every task by its id. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a worker is sent. */
export type Numbered<Task> = { readonly id: string; readonly task: Task };
/** What it sends; `ready` once, before it takes tasks. */
export type WorkerAnswer<Answer> =
  | { readonly id: 'ready' }
  | { readonly id: string; readonly answer: Answer }
  | { readonly id: string; readonly error: string };

export type ForkedWorkers<Task, Answer> = {
  /** Never rejects: a worker that ended answers with an error, and so does a task that takes longer than it may. */
  readonly ask: (task: Task) => Promise<Answer | { readonly error: string }>;
  readonly stop: () => Promise<void>;
};

/** `secondsFor` a task that may not take as long as it likes. Throws when one does not start. */
export const forkWorkers = async <Task, Answer>(
  file: string,
  args: readonly string[],
  count: number,
  secondsFor: (task: Task) => number | undefined = () => undefined,
): Promise<ForkedWorkers<Task, Answer>> => {
  const children = await Promise.all(Array.from({ length: count }, () => startWorker<Task, Answer>(file, args)));
  let turn = 0;
  return {
    ask: async (task) => {
      const child = children.reduce((best, one) => (one.busy() < best.busy() ? one : best));
      turn += 1;
      return await child.ask({ id: `${turn}`, task }, secondsFor(task));
    },
    stop: async () => {
      await Promise.all(children.map((child) => child.stop()));
    },
  };
};

const startWorker = async <Task, Answer>(file: string, args: readonly string[]) => {
  const child = fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<string, (result: Answer | { readonly error: string }) => void>();
  await untilReady(child);
  child.on('message', (message: Exclude<WorkerAnswer<Answer>, { id: 'ready' }>) => {
    waiting.get(message.id)?.('error' in message ? { error: message.error } : message.answer);
    waiting.delete(message.id);
  });
  child.once('exit', (code) => {
    for (const resolve of waiting.values()) resolve({ error: `its process ended with ${code}` });
    waiting.clear();
  });
  return {
    busy: () => waiting.size,
    ask: (task: Numbered<Task>, seconds: number | undefined) =>
      new Promise<Answer | { readonly error: string }>((resolve) => {
        const late = (): void => {
          waiting.delete(task.id);
          resolve({ error: `it is not through after ${seconds} s` });
        };
        const timer = seconds === undefined ? undefined : setTimeout(late, seconds * 1_000);
        waiting.set(task.id, (result) => {
          clearTimeout(timer);
          resolve(result);
        });
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

/** The worker's side: answers each task by `run`, and ends after `stop` when its parent is gone. */
export const serveTasks = <Task, Answer>(run: (task: Task) => Promise<Answer>, stop: () => Promise<void>): void => {
  const send = (message: WorkerAnswer<Answer>): void => {
    // Nobody may be waiting any more.
    if (process.connected) process.send?.(message);
  };
  process.on('message', async ({ id, task }: Numbered<Task>) => {
    try {
      send({ id, answer: await run(task) });
    } catch (error) {
      send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once('disconnect', () => void stop().finally(() => process.exit()));
  send({ id: 'ready' });
};
