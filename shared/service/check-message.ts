/** What comes out of a queue is data from outside: checked before it is believed. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import type { CheckMessage } from './deps.ts';

const schema = z.strictObject({
  accounts: z
    .array(z.strictObject({ tenant: z.string().min(1).max(256), accountId: z.string().min(1).max(64) }))
    .max(LIMITS.accountsPerCheckMax),
  tickSeconds: z.int().min(0),
  pollSeconds: z.int().min(1),
  byHand: z.boolean().optional(),
  batch: z
    .strictObject({ pollGroup: z.string().regex(/^\d{1,5}#\d{1,3}$/), n: z.int().min(0).max(1_000_000) })
    .optional(),
  stale: z.boolean().optional(),
  tell: z.boolean().optional(),
  deliver: z
    .array(
      z.strictObject({
        tenant: z.string().min(1).max(256),
        webhookId: z.string().min(1).max(64),
        dueAt: z.int().min(0).optional(),
      }),
    )
    .max(LIMITS.wakesPerTickMax)
    .optional(),
  deleted: z.boolean().optional(),
});

/** Throws where it is none of ours: the queue then hands it to the dead letters. */
export const parseCheckMessage = (input: unknown): CheckMessage => schema.parse(input) as CheckMessage;
