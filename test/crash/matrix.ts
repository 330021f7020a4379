/** The whole matrix, or a part of it: scenarios by servers by boundaries. */
import path from 'node:path';
import { type ServerAddress, startServer } from '../chaos/servers.ts';
import { forkWorkers } from '../support/forked-workers.ts';
import type { Boundary } from './boundaries.ts';
import type { GroupResult, GroupTask } from './group.ts';
import { crashServerNamed } from './servers.ts';

export type MatrixOptions = {
  readonly groups: readonly {
    readonly scenario: string;
    readonly server: string;
    readonly boundaries: readonly Boundary[];
  }[];
  readonly only?: number;
  /** As in GroupTask. */
  readonly sample?: number;
  /** Planted in the product of all of them. */
  readonly bug?: string;
  readonly jobs: number;
  readonly verbose: boolean;
};

export type Row = Pick<GroupTask, 'scenario' | 'server'> & {
  readonly result: GroupResult | { readonly error: string };
};

/** As the groups are done, in no order. */
export async function* runMatrix(options: MatrixOptions): AsyncGenerator<Row> {
  const file = path.join(import.meta.dirname, 'worker.ts');
  const servers = new Map<string, { readonly address: ServerAddress; readonly stop: () => Promise<void> }>();
  for (const name of new Set(options.groups.map(({ server }) => server))) {
    servers.set(name, await startServer(crashServerNamed(name)));
  }
  const workers = await forkWorkers<GroupTask, GroupResult>(
    file,
    options.bug === undefined ? [] : [options.bug],
    options.jobs,
  );
  try {
    const left = options.groups.values();
    const running = new Map<object, Promise<readonly [object, Row]>>();
    const start = (): void => {
      const { value: group } = left.next();
      const at = group === undefined ? undefined : servers.get(group.server)?.address;
      if (group === undefined || at === undefined) return;
      const { only, sample, verbose } = options;
      const task: GroupTask = {
        ...group,
        at,
        verbose,
        ...(only === undefined ? {} : { only }),
        ...(sample === undefined ? {} : { sample }),
      };
      running.set(
        group,
        workers.ask(task).then((result) => [group, { ...group, result }]),
      );
    };
    for (let i = 0; i < options.jobs; i += 1) start();
    while (running.size > 0) {
      const [group, row] = await Promise.race(running.values());
      running.delete(group);
      start();
      yield row;
    }
  } finally {
    await workers.stop();
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}
