/** `destroy`: the message is erased for good; no rule after this one is asked. Only where the account allows it. */
import * as z from 'zod';
import type { ActionKind } from '../action-kind.ts';
import { strictObject } from '../strict-object.ts';

const schema = strictObject({ type: z.literal('destroy') });

export const destroyAction: ActionKind<typeof schema> = {
  type: 'destroy',
  schema,
  needs: () => ({}),
  intent: () => ({ moves: true }),
  decide: (_action, { ruleId, simulation }) => ({ effects: [{ kind: 'destroy', ruleId }], simulation, stops: true }),
};
