/** `copy`: another folder gets a copy; rules after this one go on with the message itself. */
import type { ActionKind } from '../action-kind.ts';
import { decideTarget, targetSchema, withCreated } from './target-mailbox.ts';

const schema = targetSchema('copy');

export const copyAction: ActionKind<typeof schema> = {
  type: 'copy',
  schema,
  needs: () => ({}),
  intent: () => ({}),
  decide: (action, simulation, _facts, ruleId) => {
    const decided = decideTarget(action, simulation, ruleId);
    if ('problem' in decided) return { problem: decided.problem, simulation };
    const { mailbox, create } = decided.target;
    return { effect: { kind: 'copy', ruleId, mailbox, create }, simulation: withCreated(simulation, mailbox, create) };
  },
};
