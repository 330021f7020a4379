/** The body of `POST /v1/webhooks` and `PUT /v1/webhooks/{webhookId}`. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { strictObject } from '../rules/strict-object.ts';
import { EVENT_BUS_URL } from '../service/webhooks/event-bus-url.ts';
import type { WebhookSettings } from '../store/webhooks.ts';
import { lineSchema } from './account-body.ts';
import { bodyOf } from './parse-body.ts';

/** What a URL may not be; where it leads is looked at when something is sent there. */
const urlProblem = (text: string): string | undefined => {
  if (text === EVENT_BUS_URL) return undefined;
  if (!URL.canParse(text)) return 'must be a URL such as https://example.com/hooks/mail';
  const { protocol, username, password, hash } = new URL(text);
  if (protocol !== 'https:') return 'must begin with https://';
  if (username !== '' || password !== '') return 'must not hold a user or password; the signature says who sends';
  return hash === '' ? undefined : 'must not hold a fragment';
};

const EVENT = /^[a-z][A-Za-z0-9.-]*(\.\*)?$/;

const webhookBodySchema = strictObject({
  url: lineSchema(LIMITS.urlCharsMax)
    .superRefine((text, context) => {
      const problem = urlProblem(text);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .meta({ format: 'uri', pattern: `^(https://|${EVENT_BUS_URL}$)` })
    .describe(`An https address, or \`${EVENT_BUS_URL}\` for the deployment's EventBridge bus, where it has one`),
  description: lineSchema(LIMITS.nameCharsMax).optional(),
  events: z
    .array(
      z
        .string('must be the name of an event')
        .max(LIMITS.functionNameCharsMax, `must be at most ${LIMITS.functionNameCharsMax} characters`)
        .regex(EVENT, 'must be the name of an event such as message.arrived, or folder.* for all of a kind'),
    )
    .min(1, 'must name an event; leave it out for all')
    .max(LIMITS.eventsPerWebhookMax, `must be at most ${LIMITS.eventsPerWebhookMax} events`)
    .optional()
    .describe('Names, `folder.*` for all of a kind, or what a `webhook` action of a rule names; left out: all'),
  accountIds: z
    .array(z.string('must be an id').min(1, 'must not be empty').max(64, 'must be at most 64 characters'))
    .min(1, 'must name an account; leave it out for all')
    .max(LIMITS.accountsMax, `must be at most ${LIMITS.accountsMax} accounts`)
    .optional(),
  includeSubjects: z
    .boolean('must be true or false')
    .default(false)
    .describe('Subject and sender of messages are sent along'),
  includeBodies: z.boolean('must be true or false').default(false).describe('The text of messages is sent along'),
  enabled: z.boolean('must be true or false').default(true),
});

const { schema, parse } = bodyOf(webhookBodySchema);

export const WEBHOOK_BODY = {
  schema,
  parse: (input: unknown): WebhookSettings => {
    const { description, events, accountIds, ...rest } = parse(input);
    return {
      ...rest,
      ...(description === undefined ? {} : { description }),
      ...(events === undefined ? {} : { events }),
      ...(accountIds === undefined ? {} : { accountIds }),
    };
  },
};
