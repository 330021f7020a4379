/** What comes out of a queue is data from outside: checked before it is believed. */
// The small zod: this is read at every cold start of the function that checks.
import * as z from 'zod/mini';
import { LIMITS } from '../limits.ts';
import type { CheckMessage } from './deps.ts';

const tenant = z.string().check(z.minLength(1), z.maxLength(256));
const id = z.string().check(z.minLength(1), z.maxLength(64));
const atLeast = (least: number) => z.int().check(z.minimum(least));

const schema = z.strictObject({
  accounts: z.array(z.strictObject({ tenant, accountId: id })).check(z.maxLength(LIMITS.accountsPerCheckMax)),
  tickSeconds: atLeast(0),
  pollSeconds: atLeast(1),
  byHand: z.optional(z.boolean()),
  batch: z.optional(
    z.strictObject({
      pollGroup: z.string().check(z.regex(/^\d{1,5}#\d{1,3}$/)),
      n: atLeast(0).check(z.maximum(1_000_000)),
    }),
  ),
  long: z.optional(z.boolean()),
  delaySeconds: z.optional(atLeast(0)),
  stale: z.optional(z.boolean()),
  tell: z.optional(z.boolean()),
  deliver: z.optional(
    z
      .array(z.strictObject({ tenant, webhookId: id, dueAt: z.optional(atLeast(0)) }))
      .check(z.maxLength(LIMITS.wakesPerTickMax)),
  ),
  deleted: z.optional(z.boolean()),
});

/** Throws where it is none of ours: the queue then hands it to the dead letters. */
export const parseCheckMessage = (input: unknown): CheckMessage => schema.parse(input) as CheckMessage;
