/** How an account is, as the API shows it. Times as RFC 3339 in UTC. */
import * as z from 'zod';
import type { AccountHealth } from '../service/account-health.ts';
import { ACCOUNT_STATES } from './account-view.ts';
import { timeText } from './time-text.ts';
import { countSchema, errorCodeSchema, idSchema, timeSchema } from './value-schemas.ts';

export const healthSchema = z
  .object({
    accountId: idSchema,
    state: z
      .enum([...ACCOUNT_STATES, 'stale'])
      .describe('As of the account; `stale` where no check has reached it for three of its intervals'),
    lastCheckedAt: timeSchema.optional().describe('The last check that reached it; absent where there was none'),
    lagSeconds: countSchema.optional().describe('Since then'),
    nextCheckAt: timeSchema.optional().describe('Its next turn; absent where none is coming'),
    throttledUntil: timeSchema.optional().describe('The mail server asked to wait until then'),
    notReached: z
      .object({ reason: z.string(), since: timeSchema })
      .optional()
      .describe('Why the checks since then did not reach it: an error code, or what stood in the way'),
    failure: z
      .object({
        code: errorCodeSchema,
        title: z.string(),
        remedy: z.string().describe('The way out'),
        at: timeSchema.describe('When it began, or for a mail server that asks to wait, when it last did'),
        count: countSchema,
      })
      .optional()
      .describe('The last error, as long as it stands'),
  })
  .meta({ id: 'Health' });

export const healthView = (health: AccountHealth) => {
  const { lastCheckedAt, nextCheckAt, throttledUntil, notReached, failure, ...rest } = health;
  return {
    ...rest,
    ...(lastCheckedAt === undefined ? {} : { lastCheckedAt: timeText(lastCheckedAt) }),
    ...(nextCheckAt === undefined ? {} : { nextCheckAt: timeText(nextCheckAt) }),
    ...(throttledUntil === undefined ? {} : { throttledUntil: timeText(throttledUntil) }),
    ...(notReached === undefined ? {} : { notReached: { ...notReached, since: timeText(notReached.since) } }),
    ...(failure === undefined ? {} : { failure: { ...failure, at: timeText(failure.at) } }),
  };
};
