/** `move`: the message goes to another folder; rules after this one see it there. */
import type { ActionKind } from '../action-kind.ts';
import { decideTarget, targetSchema, withCreated } from './target-mailbox.ts';

const schema = targetSchema('move');

export const moveAction: ActionKind<typeof schema> = {
  type: 'move',
  schema,
  needs: () => ({}),
  intent: () => ({ moves: true }),
  decide: (action, simulation, _facts, ruleId) => {
    const decided = decideTarget(action, simulation, ruleId);
    if ('problem' in decided) return { problem: decided.problem, simulation };
    const { mailbox, create } = decided.target;
    return {
      effect: { kind: 'move', ruleId, mailbox, create },
      simulation: { ...withCreated(simulation, mailbox, create), mailbox },
    };
  },
};
