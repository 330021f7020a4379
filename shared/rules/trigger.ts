/** What makes a rule be asked: data, and the decisions about time that follow from it. Timers live elsewhere. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import type { Keyword } from '../mail/keyword.ts';
import { cronProblem, isTimeZone } from './cron.ts';
import { durationMs, durationSchema } from './duration.ts';
import { keywordSchema } from './keyword-schema.ts';
import { strictObject } from './strict-object.ts';

export const cronSchema = z
  .string('must be a schedule such as 0 7 * * 1-5')
  .max(LIMITS.cronCharsMax, `must be at most ${LIMITS.cronCharsMax} characters`)
  .superRefine((cron, context) => {
    const problem = cronProblem(cron);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

export const timeZoneSchema = z
  .string('must be a time zone such as Europe/Berlin')
  .refine(isTimeZone, 'must be a time zone such as Europe/Berlin');

const keywords = z
  .array(keywordSchema, 'must be a list of keywords')
  .min(1, 'must name at least one keyword')
  .max(LIMITS.keywordsPerActionMax, `must name at most ${LIMITS.keywordsPerActionMax} keywords`);

const AGED_STATES = ['inMailbox', 'unseen', 'flagged'] as const;

const schemas = [
  /** New in one of the rule's mailboxes, however it came there. */
  strictObject({ type: z.literal('arrived') }),
  /** A person (not a rule) set one of `added`, or took one of `removed`. */
  strictObject({ type: z.literal('flagsChanged'), added: keywords.optional(), removed: keywords.optional() }).refine(
    ({ added, removed }) => added !== undefined || removed !== undefined,
    'must name keywords in added, removed or both',
  ),
  /** A person moved it into one of the rule's mailboxes. */
  strictObject({ type: z.literal('movedInto') }),
  /** It has been so for this long, without a break. */
  strictObject({
    type: z.literal('aged'),
    state: z.enum(AGED_STATES, `must be one of ${AGED_STATES.join(', ')}`).default('inMailbox'),
    after: durationSchema,
  }),
  /** All mail in the rule's mailboxes, at these times. */
  strictObject({ type: z.literal('scheduled'), cron: cronSchema, timeZone: timeZoneSchema.optional() }),
  /** Only when the owner applies it. */
  strictObject({ type: z.literal('manual') }),
] as const;

export const TRIGGER_TYPES = ['arrived', 'flagsChanged', 'movedInto', 'aged', 'scheduled', 'manual'] as const;

export const triggerSchema = z.discriminatedUnion('type', schemas, {
  error: () => `must be a trigger with a type: one of ${TRIGGER_TYPES.join(', ')}`,
});

export type Trigger = z.infer<typeof triggerSchema>;
export type AgedTrigger = Extract<Trigger, { type: 'aged' }>;

/** What happened to a message. Times, and an owner's wish, are for the one rule they name; what was moved in has arrived, too. */
export type TriggerEvent =
  | { readonly type: 'arrived' | 'movedInto' }
  | { readonly type: 'flagsChanged'; readonly added: readonly Keyword[]; readonly removed: readonly Keyword[] }
  | { readonly type: 'aged' | 'scheduled' | 'manual'; readonly ruleId: string };

/** Whether a rule with this trigger is asked; any rule can be applied by hand. */
export const answersTo = (trigger: Trigger, ruleId: string, event: TriggerEvent): boolean => {
  if (event.type === 'manual') return event.ruleId === ruleId;
  if (event.type === 'movedInto') return trigger.type === 'movedInto' || trigger.type === 'arrived';
  if (trigger.type !== event.type) return false;
  if ('ruleId' in event) return event.ruleId === ruleId;
  if (trigger.type !== 'flagsChanged' || event.type !== 'flagsChanged') return true;
  return (
    (trigger.added ?? []).some((keyword) => event.added.includes(keyword)) ||
    (trigger.removed ?? []).some((keyword) => event.removed.includes(keyword))
  );
};

/** When a message that has been so since then is due, in milliseconds since 1970. */
export const agedDueAt = (trigger: AgedTrigger, since: number): number => since + (durationMs(trigger.after) ?? 0);

/** Whether the state that is waited for still lasts. */
export const isStillSo = (trigger: AgedTrigger, keywords: ReadonlySet<Keyword>): boolean => {
  if (trigger.state === 'unseen') return !keywords.has('$seen');
  return trigger.state === 'inMailbox' || keywords.has('$flagged');
};
