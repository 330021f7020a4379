/** `webhook`: an event for the owner's own services; it says which message and which rule, nothing of what is in it. */
import * as z from 'zod';
import { LIMITS } from '../../limits.ts';
import type { ActionKind } from '../action-kind.ts';
import { strictObject } from '../strict-object.ts';

const schema = strictObject({
  type: z.literal('webhook'),
  event: z
    .string('must be the name of an event')
    .regex(/^[a-z][a-z0-9.-]*$/, 'must be the name of an event: lower case letters, digits, . and -')
    .max(LIMITS.functionNameCharsMax, `must be at most ${LIMITS.functionNameCharsMax} characters`)
    .default('rule.matched'),
});

export const webhookAction: ActionKind<typeof schema> = {
  type: 'webhook',
  schema,
  needs: () => ({}),
  intent: () => ({}),
  decide: ({ event }, { ruleId, simulation }) => ({ effects: [{ kind: 'webhook', ruleId, event }], simulation }),
};
