/** Rules on trial: asked among the live ones as if they were live, and nothing of theirs is done. */
import type { Decision, Effect } from './effect.ts';

/** What the rules on trial would do to one message, and could not. */
export type Trial = Pick<Decision, 'effects' | 'problems'>;

/**
 * Of what live rules and rules on trial decide together, what would come of those on trial: where a live rule after them has
 * its way (a keyword set again, another move), nothing does.
 */
export const trialOf = ({ effects, problems }: Decision, isOnTrial: (ruleId: string) => boolean): Trial => ({
  effects: effects.flatMap((effect, n): Effect[] => {
    if (!isOnTrial(effect.ruleId)) return [];
    const after = effects.slice(n + 1).filter(({ ruleId }) => !isOnTrial(ruleId));
    // What is destroyed goes nowhere else, and of moves the last counts.
    const isLost = after.some(({ kind }) => kind === 'destroy' || (kind === 'move' && effect.kind === 'move'));
    if (effect.kind === 'move' || effect.kind === 'later') return isLost ? [] : [effect];
    if (effect.kind !== 'store') return [effect];
    const taken = new Set(after.flatMap((later) => (later.kind === 'store' ? [...later.add, ...later.remove] : [])));
    const [add, remove] = [effect.add, effect.remove].map((keywords) => keywords.filter((one) => !taken.has(one)));
    if (add === undefined || remove === undefined || add.length + remove.length === 0) return [];
    return [{ ...effect, add, remove }];
  }),
  problems: problems.filter(({ ruleId }) => isOnTrial(ruleId)),
});
