/** `keep`: the message stays where it was found; what rules before this one wanted to move stays, too. */
import * as z from 'zod';
import type { ActionKind } from '../action-kind.ts';
import { strictObject } from '../strict-object.ts';

const schema = strictObject({ type: z.literal('keep') });

export const keepAction: ActionKind<typeof schema> = {
  type: 'keep',
  schema,
  needs: () => ({}),
  intent: () => ({ moves: true }),
  decide: (_action, { ruleId, simulation, view }) => {
    const { mailbox } = view.facts;
    if (simulation.mailbox === mailbox) return { simulation };
    // Of several moves the last counts, and one to where the message lies is none.
    return { effects: [{ kind: 'move', ruleId, mailbox, create: false }], simulation: { ...simulation, mailbox } };
  },
};
