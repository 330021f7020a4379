/** A process that soaks, with time-outs so short that a line which hangs does not use up the time. */
import { plant } from '../chaos/plant.ts';
import { type ServerAddress, serverAt } from '../chaos/servers.ts';
import { shortTimeouts } from '../chaos/small-limits.ts';
import { serveTasks } from '../support/forked-workers.ts';
import { crashServerNamed } from './servers.ts';
import type { SoakOptions, SoakReport } from './soak.ts';

export type SoakTask = SoakOptions & { readonly at: ServerAddress; readonly server: string };

const planted = plant(shortTimeouts(3));
// Loaded after the bounds are lowered: this is where the product comes in.
const { startYard } = await import('../support/yard.ts');
const { soak } = await import('./soak.ts');
const yard = await startYard();
await planted.check();

serveTasks<SoakTask, SoakReport>(
  ({ at, server, ...options }) => soak(yard, serverAt(at, crashServerNamed(server)), options),
  () => yard.stop(),
);
