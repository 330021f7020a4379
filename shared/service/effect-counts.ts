/** How many messages each kind of effect was proved on, for reports. */
import { uidCount } from '../mail/uid-set.ts';
import { provedUids } from '../sync/journal.ts';
import { effectOf } from './effects/table.ts';
import type { FinishedPart } from './run-effects.ts';

export type EffectCounts = Readonly<Record<'move' | 'copy' | 'flag' | 'draft', number>>;

export const countEffects = () => {
  const counts = { move: 0, copy: 0, flag: 0, draft: 0 };
  return {
    add: ({ command, state }: FinishedPart): void => {
      const { countsAs } = effectOf(command);
      if (countsAs !== undefined && state.state === 'done') counts[countsAs] += uidCount(provedUids(command, state));
    },
    counts: (): EffectCounts => ({ ...counts }),
  };
};
