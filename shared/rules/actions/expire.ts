/** `expire`: the message goes to the trash after a duration, if then the rule's conditions still hold. */
import * as z from 'zod';
import type { ActionKind } from '../action-kind.ts';
import { durationMs, durationSchema } from '../duration.ts';
import { strictObject } from '../strict-object.ts';
import { decideTarget } from './target-mailbox.ts';

const schema = strictObject({ type: z.literal('expire'), after: durationSchema });

export const expireAction: ActionKind<typeof schema> = {
  type: 'expire',
  schema,
  needs: () => ({}),
  intent: () => ({}),
  decide: ({ after }, at) => {
    const { ruleId, simulation, context } = at;
    if (context.now === undefined) {
      return { problem: { ruleId, reason: 'time-unknown', detail: 'the time is not known' }, simulation };
    }
    const decided = decideTarget({ mailbox: { role: 'trash' }, create: false }, at);
    if ('problem' in decided) return { problem: decided.problem, simulation };
    const { mailbox } = decided.target;
    return {
      effects: [
        {
          kind: 'later',
          ruleId,
          at: context.now + (durationMs(after) ?? 0),
          recheck: 'conditions',
          mailbox: simulation.mailbox,
          effects: [{ kind: 'move', ruleId, mailbox, create: false }],
        },
      ],
      simulation,
    };
  },
};
