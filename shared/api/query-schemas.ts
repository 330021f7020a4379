/** What may stand behind the `?`. Values are texts; an unknown name is a mistake, as in bodies. */
import * as z from 'zod';
import { LIMITS } from '../limits.ts';
import { pathProblem } from '../mail/folder.ts';
import { parseUidSet } from '../mail/uid-set.ts';
import { keywordSchema } from '../rules/keyword-schema.ts';
import { strictObject } from '../rules/strict-object.ts';

const limitProblem = `must be a whole number from 1 to ${LIMITS.pageSizeMax}`;

const page = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, limitProblem)
    // A number in the documentation, digits on the wire.
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: LIMITS.pageSizeMax,
      pattern: undefined,
      default: LIMITS.pageSizeDefault,
    })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= LIMITS.pageSizeMax, limitProblem)
    .default(LIMITS.pageSizeDefault)
    .describe('Rows of one answer at most; it may hold fewer and still have a cursor'),
  cursor: z
    .string()
    .max(LIMITS.cursorCharsMax, `must be at most ${LIMITS.cursorCharsMax} characters`)
    .optional()
    .describe('`nextCursor` of the page before'),
};

export const pageQuerySchema = strictObject(page);

const folderSchema = z
  .string('must name a folder, as in folder=INBOX or folder=role:archive')
  .superRefine((path, context) => {
    const problem = pathProblem(path);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({
    minLength: 1,
    maxLength: LIMITS.folderPathBytesMax,
    description: 'A path, or `role:inbox`, `role:archive` ...',
  });

const uidsProblem = 'must be UIDs such as 12, 12:40 or 3:5,9';

/** RFC 9051 section 9, sequence-set; without `*`, which means another message each time. */
const uidsSchema = z
  .string()
  .max(LIMITS.uidsCharsMax, `must be at most ${LIMITS.uidsCharsMax} characters`)
  .regex(/^\d{1,10}(:\d{1,10})?(,\d{1,10}(:\d{1,10})?)*$/, uidsProblem)
  .transform((text, context) => {
    try {
      return parseUidSet(text);
    } catch {
      context.addIssue({ code: 'custom', message: uidsProblem });
      return z.NEVER;
    }
  })
  .describe('These UIDs alone, in IMAP’s notation, as events have them: `12:40`, `3:5,9`');

export const messagesQuerySchema = strictObject({
  ...page,
  folder: folderSchema,
  uids: uidsSchema.optional(),
  keyword: keywordSchema.optional(),
  notKeyword: keywordSchema.optional(),
});

export const changesQuerySchema = strictObject({
  since: z
    .string()
    .regex(/^[0-9a-z]{1,12}(-[0-9a-z]{1,12})?$/, 'must be the newState of an answer before')
    .optional()
    .describe('The `newState` of an answer before; left out, the answer is the state of now'),
});

export const replayQuerySchema = strictObject({
  since: z.iso
    .datetime({ offset: true, error: 'must be a time such as 2026-03-02T09:00:00Z' })
    .transform((text) => Date.parse(text))
    .meta({ type: 'string', format: 'date-time', pattern: undefined })
    .describe('From then on'),
});

const overlapProblem = `must be a whole number from 0 to ${LIMITS.secretOverlapSecondsMax}`;

export const rotateSecretQuerySchema = strictObject({
  overlapSeconds: z
    .string()
    .regex(/^\d{1,6}$/, overlapProblem)
    .meta({
      type: 'integer',
      minimum: 0,
      maximum: LIMITS.secretOverlapSecondsMax,
      pattern: undefined,
      default: LIMITS.secretOverlapSeconds,
    })
    .transform(Number)
    .refine((seconds) => seconds <= LIMITS.secretOverlapSecondsMax, overlapProblem)
    .default(LIMITS.secretOverlapSeconds)
    .describe('So long the secret before signs too; 0 ends all former ones now, as for one that leaked'),
});

export const deleteFolderQuerySchema = strictObject({
  destroy: z.literal(['true', 'false'], 'must be true or false').optional().describe('Also with messages in it'),
});

export const explainQuerySchema = strictObject({
  rule: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the id of a rule')
    .optional()
    .describe('That rule alone, also where it is off; left out, all rules'),
});

export const revisionDiffQuerySchema = strictObject({
  against: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be the number of a revision')
    .meta({ type: 'integer', minimum: 1, pattern: undefined })
    .transform(Number)
    .optional()
    .describe('Left out, the rule as it stands'),
});
