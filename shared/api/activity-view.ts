/** What rules did, as the API shows it. */
import * as z from 'zod';
import type { ActivityEntry } from '../service/activity-entry.ts';
import { activityId, undoneId } from './activity-id.ts';
import { timeText } from './time-text.ts';
import { countSchema, idSchema, timeSchema, uidSchema, uidValiditySchema } from './value-schemas.ts';

const messagesSchema = z.array(z.object({ id: idSchema, uid: uidSchema }));

const evidenceSchema = z
  .object({
    by: z.enum(['copyuid', 'appenduid', 'flags', 'marker', 'fingerprint', 'gone', 'listing', 'timer']),
    targetUidValidity: uidValiditySchema.optional(),
    mapping: z
      .array(z.tuple([countSchema, uidSchema, countSchema]))
      .optional()
      .describe('Runs of [UID before (0: a draft that answers none), UID in the target, how many]'),
    onlyMarked: z.literal(true).optional().describe('Marked \\Deleted and not expunged, as the server has no UIDPLUS'),
  })
  .meta({ id: 'Evidence', description: 'What the server showed' });

export const activityEntrySchema = z
  .object({
    id: idSchema,
    accountId: idSchema,
    runId: idSchema.describe('The run it belongs to: what is undone together'),
    at: timeSchema,
    action: z
      .enum([
        'store',
        'copy',
        'move',
        'draft',
        'remove',
        'later',
        'createFolder',
        'renameFolder',
        'deleteFolder',
        'none',
      ])
      .describe('`none`: a rule matched and nothing could be done; reason and detail say why'),
    rules: z.array(z.object({ ruleId: idSchema, ruleName: z.string(), messageCount: countSchema })),
    askedBy: z.enum(['rule', 'owner', 'undo', 'repair']).describe('`repair`: a double of our own was taken away'),
    undoOf: idSchema.optional().describe('The entry, run or rule that an undo or a repair is about'),
    messages: messagesSchema.describe('The newest of them, as they were called before the action'),
    messageCount: countSchema,
    from: z.string().describe('The path of the folder'),
    to: z.string().optional(),
    dueAt: timeSchema.optional().describe('When what was put off (`later`) is to be done'),
    keywordsAdded: z.array(z.string()).optional(),
    keywordsRemoved: z.array(z.string()).optional(),
    state: z
      .enum(['planned', 'sent', 'done', 'skipped', 'parked', 'wouldDo'])
      .describe('`wouldDo`: of a rule in shadow mode; nothing was done'),
    evidence: evidenceSchema.optional(),
    reason: z.string().optional(),
    detail: z.string().optional(),
    skipped: z
      .object({ messages: messagesSchema, reason: z.string() })
      .optional()
      .describe('Messages to which nothing had to be done, or nothing could'),
  })
  .meta({ id: 'ActivityEntry', description: 'One command on the mail server, and what came of it' });

export const activityView = ({ id, undoOf, at, dueAt, ...entry }: ActivityEntry) => ({
  ...entry,
  id: activityId(entry.accountId, id),
  runId: id.slice(0, id.lastIndexOf('-')),
  at: timeText(at),
  ...(dueAt === undefined ? {} : { dueAt: timeText(dueAt) }),
  ...(undoOf === undefined ? {} : { undoOf: undoneId(entry.accountId, undoOf) }),
});
