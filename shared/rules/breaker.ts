/** How much one rule may do in one run before it is taken to be a mistake. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { strictObject } from './strict-object.ts';

export const ruleLimitsSchema = strictObject({
  messagesPerRun: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(1_000_000, 'must be at most 1000000')
    .optional(),
  /** Of the folder's messages. */
  shareOfFolder: z.number('must be a number').min(0, 'must be from 0 to 1').max(1, 'must be from 0 to 1').optional(),
});

export type RuleLimits = z.infer<typeof ruleLimitsSchema>;

/** Messages a rule may act on in one run of one folder: the larger of its two limits; beyond them it is paused and does nothing. */
export const messagesAllowed = (limits: RuleLimits | undefined, folderMessages: number): number => {
  const { messagesPerRun, shareOfFolder } = limits ?? {};
  const isOwn = messagesPerRun !== undefined || shareOfFolder !== undefined;
  const count = messagesPerRun ?? (isOwn ? 0 : LIMITS.rulePerRunMessages);
  const share = shareOfFolder ?? (isOwn ? 0 : LIMITS.rulePerRunShare);
  return Math.max(count, Math.floor(share * folderMessages));
};
