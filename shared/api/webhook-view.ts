/** A webhook as the API shows it: what its owner wrote, and how it fares. The secret is shown once, where it is made. */
import * as z from 'zod';
import type { WebhookSummary } from '../service/webhooks/manage.ts';
import type { Replay } from '../service/webhooks/replay.ts';
import { timeText } from './time-text.ts';
import { countSchema, idSchema, timeSchema } from './value-schemas.ts';

const fields = {
  id: idSchema,
  url: z.string(),
  description: z.string().optional(),
  events: z.array(z.string()).readonly().optional(),
  accountIds: z.array(idSchema).readonly().optional(),
  includeSubjects: z.boolean(),
  includeBodies: z.boolean(),
  enabled: z.boolean(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
  lastDeliveredAt: timeSchema.optional(),
  failures: countSchema.describe('Attempts in a row that failed'),
  failingSince: timeSchema.optional(),
  nextAttemptAt: timeSchema.optional(),
  lastFailure: z
    .object({ at: timeSchema, reason: z.string() })
    .optional()
    .describe(
      '`http-500` and the like, `not-reached`, `address-refused` where the address may not be connected to, or `bus-` and the code of EventBridge',
    ),
  disabled: z
    .object({ at: timeSchema, reason: z.string() })
    .optional()
    .describe('Nothing is delivered until it is resumed'),
};

export const webhookSchema = z.object(fields).meta({ id: 'Webhook' });

export const madeWebhookSchema = z
  .object({
    ...fields,
    secret: z.string().describe('Signs what is sent; shown here and never again'),
  })
  .meta({ id: 'MadeWebhook' });

export const webhookTestedSchema = z
  .object({
    webhookId: idSchema,
    eventId: idSchema.describe('Sent as `webhook-id`'),
    delivered: z.boolean(),
    status: z.int().optional().describe('What the receiver answered'),
    reason: z.string().optional().describe('As in `lastFailure`'),
  })
  .meta({ id: 'WebhookTested' });

export const replayStartedSchema = z
  .object({ webhookId: idSchema, since: timeSchema, until: timeSchema, accountCount: countSchema })
  .meta({ id: 'ReplayStarted' });

export const webhookView = ({ revision: _revision, createdAt, updatedAt, state, ...webhook }: WebhookSummary) => {
  const { failures, lastDeliveredAt, failingSince, nextAttemptAt, lastFailure, disabled } = state;
  const at = (seconds: number) => timeText(seconds * 1_000);
  return {
    ...webhook,
    createdAt: timeText(createdAt),
    updatedAt: timeText(updatedAt),
    failures,
    ...(lastDeliveredAt === undefined ? {} : { lastDeliveredAt: at(lastDeliveredAt) }),
    ...(failingSince === undefined ? {} : { failingSince: at(failingSince) }),
    ...(nextAttemptAt === undefined ? {} : { nextAttemptAt: at(nextAttemptAt) }),
    ...(lastFailure === undefined ? {} : { lastFailure: { ...lastFailure, at: at(lastFailure.at) } }),
    ...(disabled === undefined ? {} : { disabled: { ...disabled, at: at(disabled.at) } }),
  };
};

export const replayView = (webhookId: string, { since, until, accountCount }: Replay) => ({
  webhookId,
  since: timeText(since),
  until: timeText(until),
  accountCount,
});
