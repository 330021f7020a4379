/** Bugs that engines have had that write to mailboxes. Each is put into the product for a run of its own, and has to be noticed. */
import type { Planting } from '../chaos/plant.ts';

export const PLANTED_EFFECT_BUGS: readonly Planting[] = [
  {
    name: 'draft-sent-again-without-a-look',
    file: 'shared/service/effects/draft.ts',
    find: '  if (sentBefore !== undefined) {\n    const found',
    replace: '  if (sentBefore === null) {\n    const found',
  },
];

export const plantedEffectBug = (name: string): Planting => {
  const bug = PLANTED_EFFECT_BUGS.find((one) => one.name === name);
  if (bug === undefined) throw new Error(`there is no planted bug ${name}`);
  return bug;
};
