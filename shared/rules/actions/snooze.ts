/** `snooze`: the message waits in a folder until a time, then it is back where it was, and unseen. */
import * as z from 'zod';
import type { ActionKind } from '../action-kind.ts';
import { utcDateSchema } from '../conditions/utc-date.ts';
import type { EvaluateContext } from '../context.ts';
import { nextCronTime } from '../cron.ts';
import { durationMs, durationSchema } from '../duration.ts';
import { pathSchema } from '../mailbox-ref.ts';
import { strictObject } from '../strict-object.ts';
import { cronSchema } from '../trigger.ts';
import { decideMove } from './target-mailbox.ts';

const schema = strictObject({
  type: z.literal('snooze'),
  /** For so long, until this date, or until the next time of a schedule in the owner's time zone. */
  for: durationSchema.optional(),
  until: utcDateSchema.optional(),
  next: cronSchema.optional(),
  /** Where it waits; made where it is missing. */
  mailbox: strictObject({ path: pathSchema }).default({ path: 'Snoozed' }),
}).refine((action) => [action.for, action.until, action.next].filter((one) => one !== undefined).length === 1, {
  error: 'must name one of for, until and next',
});

type Snooze = z.infer<typeof schema>;

export const snoozeAction: ActionKind<typeof schema> = {
  type: 'snooze',
  schema,
  needs: () => ({}),
  intent: () => ({ moves: true }),
  decide: (action, at) => {
    const { ruleId, simulation, context } = at;
    const wakesAt = wakingTime(action, context);
    if (wakesAt === undefined) {
      const detail = 'the time is not known, or it is over';
      return { problem: { ruleId, reason: 'time-unknown', detail }, simulation };
    }
    const moved = decideMove({ mailbox: action.mailbox, create: true }, at);
    if (moved.effects === undefined) return moved;
    const later = {
      kind: 'later',
      ruleId,
      at: wakesAt,
      recheck: 'place',
      mailbox: moved.simulation.mailbox,
      effects: [
        { kind: 'store', ruleId, add: [], remove: ['$seen'] },
        { kind: 'move', ruleId, mailbox: simulation.mailbox, create: false },
      ],
    } as const;
    return { ...moved, effects: [...moved.effects, later] };
  },
};

const wakingTime = (action: Snooze, { now, timeZone = 'UTC' }: EvaluateContext): number | undefined => {
  if (now === undefined) return undefined;
  const at =
    action.until !== undefined
      ? Date.parse(action.until)
      : action.next !== undefined
        ? nextCronTime(action.next, timeZone, now)
        : now + (durationMs(action.for ?? '') ?? 0);
  return at === undefined || at <= now ? undefined : at;
};
