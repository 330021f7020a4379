/** The floor as a racer, in a process of its own. */
import { startChild } from './child.ts';
import type { FloorWork } from './floor.ts';
import type { FloorCalls, FloorRun } from './floor-process.ts';
import type { Sample } from './race.ts';
import type { Stage } from './stage.ts';

export type FloorRacer = {
  readonly warm: () => Promise<void>;
  readonly run: (work: FloorWork) => Promise<Sample & FloorRun>;
  readonly stop: () => Promise<void>;
};

export const openFloor = async (stage: Stage): Promise<FloorRacer> => {
  const child = await startChild<FloorCalls>(new URL('./floor-process.ts', import.meta.url));
  const target = { port: stage.proxy.port, ca: stage.certificate.caPem };
  return {
    warm: async () => {
      await child.call('run', target, { kind: 'idle' });
    },
    run: (work) => stage.proxy.during(() => child.call('run', target, work)),
    stop: child.stop,
  };
};
