/** What came of a change by hand: its entries of the activity, as they stand now. */
import * as z from 'zod';
import { entryOf } from '../service/activity-entry.ts';
import type { ChangedMailbox } from '../service/change-mailbox.ts';
import { activityEntrySchema, activityView } from './activity-view.ts';

export const changedSchema = z
  .object({
    activity: z
      .array(activityEntrySchema)
      .describe('One entry a command; one that is planned or sent is gone on with by the next check'),
  })
  .meta({ id: 'Changed', description: 'What a change by hand came to' });

export const changedView = (accountId: string, at: number, { parts }: ChangedMailbox) => ({
  activity: parts.map(({ id, command, state }) => activityView(entryOf(accountId, { id, at, command, state }))),
});

export const undoneSchema = changedSchema
  .extend({
    impossible: z
      .array(z.object({ reason: z.string() }))
      .optional()
      .describe('What cannot be undone at all'),
  })
  .meta({ id: 'Undone', description: 'What an undo came to; what the person changed since is left alone and said' });
