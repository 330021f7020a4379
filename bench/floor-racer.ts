/** The floor as a racer, in a process of its own. */
import { startChild } from './child.ts';
import { FIXTURE_USER, OTHER_USER } from './fixture.ts';
import type { FloorWork } from './floor.ts';
import type { FloorCalls, FloorRun } from './floor-process.ts';
import type { Sample } from './race.ts';
import type { Stage } from './stage.ts';

export type FloorRacer = {
  /** Unmeasured: a quiet check. */
  readonly warm: () => Promise<void>;
  /** Unmeasured: the same work in the other mailbox. */
  readonly warmElsewhere: (work: FloorWork) => Promise<void>;
  readonly run: (work: FloorWork) => Promise<Sample & FloorRun>;
  readonly stop: () => Promise<void>;
};

export const openFloor = async (stage: Stage): Promise<FloorRacer> => {
  const child = await startChild<FloorCalls>(new URL('./floor-process.ts', import.meta.url));
  const server = { port: stage.proxy.port, ca: stage.certificate.caPem };
  const target = { ...server, ...FIXTURE_USER };
  return {
    warm: async () => {
      await child.call('run', target, { kind: 'idle' });
    },
    warmElsewhere: async (work) => {
      await child.call('run', { ...server, ...OTHER_USER }, work);
    },
    run: (work) => stage.proxy.during(() => child.call('run', target, work)),
    stop: child.stop,
  };
};
