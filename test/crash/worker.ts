/** A process that runs groups of the matrix. */
import { createCertificate } from '../support/certificates.ts';
import { hookWorkers } from '../support/database-workers.ts';
import { faultsOn } from '../support/faults.ts';
import { serveTasks } from '../support/forked-workers.ts';
import { startYard } from '../support/yard.ts';
import { type GroupResult, type GroupTask, runGroup } from './group.ts';

const yard = await startYard();
hookWorkers(faultsOn(yard.deps.table));
const stage = { yard, certificate: await createCertificate() };

serveTasks<GroupTask, GroupResult>(
  (task) => runGroup(stage, task),
  () => yard.stop(),
);
