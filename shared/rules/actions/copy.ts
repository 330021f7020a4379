/** `copy`: another folder gets a copy; rules after this one go on with the message itself. */
import type { ActionKind } from '../action-kind.ts';
import { decideTarget, targetNeeds, targetSchema, withCreated } from './target-mailbox.ts';

const schema = targetSchema('copy');

export const copyAction: ActionKind<typeof schema> = {
  type: 'copy',
  schema,
  needs: targetNeeds,
  intent: () => ({}),
  decide: (action, at) => {
    const { ruleId, simulation } = at;
    const decided = decideTarget(action, at);
    if ('problem' in decided) return { problem: decided.problem, simulation };
    const { mailbox, create } = decided.target;
    return {
      effects: [{ kind: 'copy', ruleId, mailbox, create }],
      simulation: withCreated(simulation, mailbox, create),
    };
  },
};
