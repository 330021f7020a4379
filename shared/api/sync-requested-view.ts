/** That an account will be looked at now. */
import * as z from 'zod';
import { timeText } from './time-text.ts';
import { idSchema, timeSchema } from './value-schemas.ts';

export const syncRequestedSchema = z
  .object({ accountId: idSchema, requestedAt: timeSchema })
  .meta({ id: 'SyncRequested' });

export const syncRequestedView = (accountId: string, requestedAt: number) => ({
  accountId,
  requestedAt: timeText(requestedAt),
});
