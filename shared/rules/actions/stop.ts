/** `stop`: no rule after this one is asked; the rule's own other actions still count. */
import * as z from 'zod';
import type { ActionKind } from '../action-kind.ts';
import { strictObject } from '../strict-object.ts';

const schema = strictObject({ type: z.literal('stop') });

export const stopAction: ActionKind<typeof schema> = {
  type: 'stop',
  schema,
  needs: () => ({}),
  intent: () => ({}),
  decide: (_action, { simulation }) => ({ simulation, stops: true }),
};
