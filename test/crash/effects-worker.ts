/** A process that lives histories of effects through: started with the name of a planted bug or none. */
import { plant } from '../chaos/plant.ts';
import { type ServerAddress, serverAt } from '../chaos/servers.ts';
import { createCertificate } from '../support/certificates.ts';
import { serveTasks } from '../support/forked-workers.ts';
import type { EffectsLived } from './effects-live.ts';
import { plantedEffectBug } from './planted.ts';
import { crashServerNamed } from './servers.ts';

export type EffectsTask = { readonly seed: number; readonly server: string; readonly at: ServerAddress };

const [bug] = process.argv.slice(2);
const planted = plant(bug === undefined ? [] : [plantedEffectBug(bug)]);
// Loaded after the bug is in place: this is where the product comes in.
const { startYard } = await import('../support/yard.ts');
const { hookWorkers } = await import('../support/database-workers.ts');
const { faultsOn } = await import('../support/faults.ts');
const { liveEffects } = await import('./effects-live.ts');

const yard = await startYard();
hookWorkers(faultsOn(yard.deps.table));
const stage = { yard, certificate: await createCertificate() };
await planted.check();
let users = 0;

serveTasks<EffectsTask, EffectsLived>(
  ({ seed, server, at }) => {
    const kind = crashServerNamed(server);
    users += 1;
    const user = `effects-${process.pid}-${users}`;
    return liveEffects(stage, serverAt(at, kind), { seed, user, capability: kind.capability });
  },
  () => yard.stop(),
);
