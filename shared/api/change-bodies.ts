/** What an owner sends to have messages and folders changed by hand. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { keywordSchema } from '../rules/keyword-schema.ts';
import { mailboxRefSchema, pathSchema } from '../rules/mailbox-ref.ts';
import { strictObject } from '../rules/strict-object.ts';
import type { MessageChange } from '../service/change-messages.ts';
import { RUN_ID } from './activity-id.ts';
import { bodyOf } from './parse-body.ts';

const keywords = z
  .array(keywordSchema, 'must be a list of keywords')
  .max(LIMITS.keywordsPerActionMax, `must be at most ${LIMITS.keywordsPerActionMax} keywords`);

const change = {
  mailbox: mailboxRefSchema.optional().describe('Where the messages are moved, after their keywords were changed'),
  create: z.boolean('must be true or false').optional().describe('Makes the folder where it is missing'),
  addKeywords: keywords.optional(),
  removeKeywords: keywords.optional(),
};

type Change = {
  readonly mailbox?: unknown;
  readonly create?: boolean | undefined;
  readonly addKeywords?: readonly string[] | undefined;
  readonly removeKeywords?: readonly string[] | undefined;
};

const isSomething = ({ mailbox, addKeywords = [], removeKeywords = [] }: Change): boolean =>
  mailbox !== undefined || addKeywords.length + removeKeywords.length > 0;

const NOTHING = 'must say what to change: mailbox, addKeywords or removeKeywords';

const isConsistent = ({ addKeywords = [], removeKeywords = [] }: Change): boolean =>
  !addKeywords.some((keyword) => removeKeywords.includes(keyword));

const CONTRADICTION = { path: ['removeKeywords'], error: 'must not name a keyword that addKeywords names too' };

export const messageChange = bodyOf(
  strictObject(change).refine(isSomething, NOTHING).refine(isConsistent, CONTRADICTION),
);

export const messagesChange = bodyOf(
  strictObject({
    ids: z
      .array(z.string('must be a message id').min(1, 'must not be empty').max(256), 'must be a list of message ids')
      .min(1, 'must name at least one message')
      .max(LIMITS.requestedMessagesMax, `must name at most ${LIMITS.requestedMessagesMax} messages`),
    ...change,
  })
    .refine(isSomething, NOTHING)
    .refine(isConsistent, CONTRADICTION),
);

export const folderBody = bodyOf(strictObject({ path: pathSchema }));

export const undoBody = bodyOf(
  z.union(
    [
      strictObject({
        runId: z.string('must be the id of a run').regex(new RegExp(`^${RUN_ID}$`), 'must be the id of a run'),
      }),
      strictObject({
        ruleId: z.string('must be a rule id').min(1, 'must not be empty').max(64, 'must be at most 64 characters'),
        sinceSeconds: z
          .int('must be a whole number of seconds')
          .min(1, 'must be at least 1')
          .max(LIMITS.undoSecondsMax, `must be at most ${LIMITS.undoSecondsMax}`)
          .default(LIMITS.undoSecondsDefault)
          .describe('How far back from now'),
      }),
    ],
    'must be {"runId": "..."}, or {"ruleId": "..."} with sinceSeconds',
  ),
);

/** Without what was left out. */
export const changeOf = ({
  mailbox,
  create,
  addKeywords,
  removeKeywords,
}: z.output<typeof messageChange.schema>): MessageChange => ({
  ...(mailbox === undefined ? {} : { mailbox }),
  ...(create === undefined ? {} : { create }),
  ...(addKeywords === undefined ? {} : { addKeywords }),
  ...(removeKeywords === undefined ? {} : { removeKeywords }),
});
