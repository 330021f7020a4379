/** How an account is, as the API shows it. Times as RFC 3339 in UTC. */
import * as z from 'zod';
import type { AccountHealth } from '../service/account-health.ts';
import { ACCOUNT_STATES } from './account-view.ts';
import { timeText } from './time-text.ts';
import { countSchema, errorCodeSchema, idSchema, timeSchema } from './value-schemas.ts';

export const healthSchema = z
  .object({
    accountId: idSchema,
    state: z.enum(ACCOUNT_STATES),
    lastKnownCheckAt: timeSchema
      .optional()
      .describe(
        'The last look that left a trace: one that finds nothing changed leaves none, so it may have been later',
      ),
    nextCheckAt: timeSchema.optional().describe('Its next turn; absent where none is coming'),
    throttledUntil: timeSchema.optional().describe('The mail server asked to wait until then'),
    failure: z
      .object({
        code: errorCodeSchema,
        title: z.string(),
        remedy: z.string().describe('The way out'),
        at: timeSchema.describe('When it began, or for a mail server that asks to wait, when it last did'),
        count: countSchema,
      })
      .optional(),
  })
  .meta({ id: 'Health' });

export const healthView = ({ lastKnownCheckAt, nextCheckAt, throttledUntil, failure, ...rest }: AccountHealth) => ({
  ...rest,
  ...(lastKnownCheckAt === undefined ? {} : { lastKnownCheckAt: timeText(lastKnownCheckAt) }),
  ...(nextCheckAt === undefined ? {} : { nextCheckAt: timeText(nextCheckAt) }),
  ...(throttledUntil === undefined ? {} : { throttledUntil: timeText(throttledUntil) }),
  ...(failure === undefined ? {} : { failure: { ...failure, at: timeText(failure.at) } }),
});
