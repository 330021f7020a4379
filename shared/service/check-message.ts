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
  deleted: z.boolean().optional(),
});

/** Throws where it is none of ours: the queue then hands it to the dead letters. */
export const parseCheckMessage = (input: unknown): CheckMessage => {
  const { byHand, deleted, ...message } = schema.parse(input);
  return {
    ...message,
    ...(byHand === undefined ? {} : { byHand }),
    ...(deleted === undefined ? {} : { deleted }),
  };
};
