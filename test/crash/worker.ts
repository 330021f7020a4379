/** A process that runs groups of the matrix: started with the name of a planted bug or none. */
import { plant } from '../chaos/plant.ts';
import { createCertificate } from '../support/certificates.ts';
import { serveTasks } from '../support/forked-workers.ts';
import type { GroupResult, GroupTask } from './group.ts';
import { plantedEffectBug } from './planted.ts';

const [bug] = process.argv.slice(2);
const planted = plant(bug === undefined ? [] : [plantedEffectBug(bug)]);
// Loaded after the bug is in place: this is where the product comes in.
const { startYard } = await import('../support/yard.ts');
const { hookWorkers } = await import('../support/database-workers.ts');
const { faultsOn } = await import('../support/faults.ts');
const { runGroup } = await import('./group.ts');

const yard = await startYard();
hookWorkers(faultsOn(yard.deps.table));
const stage = { yard, certificate: await createCertificate() };
await planted.check();

serveTasks<GroupTask, GroupResult>(
  (task) => runGroup(stage, task),
  () => yard.stop(),
);
