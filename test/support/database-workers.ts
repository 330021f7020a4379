/** The worker that makes a database call, so that several live in one process and a killed one stays dead. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Faults, Step } from './faults.ts';

export type DatabaseWorker = { readonly before?: Step; readonly after?: Step };

const workers = new AsyncLocalStorage<DatabaseWorker>();

/** From here on each call goes by the worker that makes it; calls of no worker are left alone. */
export const hookWorkers = (faults: Faults): void =>
  faults.set({
    before: (call) => workers.getStore()?.before?.(call),
    after: (call) => workers.getStore()?.after?.(call),
  });

/** Whatever `run` asks of the database is asked by this worker. */
export const asWorker = <Result>(worker: DatabaseWorker, run: () => Promise<Result>): Promise<Result> =>
  workers.run(worker, run);
