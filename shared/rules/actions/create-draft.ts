/** `createDraft`: a reply, a forward or a new message waits in the drafts folder; a person sends it, or does not. */
import * as z from 'zod';
import { LIMITS } from '../../limits.ts';
import type { ActionKind } from '../action-kind.ts';
import { AUTOMATIC_MAIL_HEADERS } from '../automatic-mail.ts';
import { draftRefusal } from '../draft-guard.ts';
import { DRAFT_HEADERS } from '../draft-headers.ts';
import { durationSchema } from '../duration.ts';
import { DRAFT_KINDS } from '../effect.ts';
import { strictObject } from '../strict-object.ts';
import { PLACEHOLDERS, templateProblem } from '../template.ts';
import { TEMPLATE_HEADERS } from '../template-values.ts';

const templateSchema = (bytesMax: number) =>
  z
    .string('must be a text')
    .refine((text) => text.trim() !== '', 'must not be empty')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
    .refine((text) => Buffer.byteLength(text) <= bytesMax, `must be at most ${bytesMax} bytes`)
    .superRefine((text, context) => {
      const problem = templateProblem(text, PLACEHOLDERS);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    });

const addressesSchema = z
  .array(
    z
      .string('must be a mail address')
      .regex(/^[^\s@<>()[\]\\,;:"\p{Cc}]+@[^\s@<>()[\]\\,;:"\p{Cc}]+$/u, 'must be a mail address')
      .max(LIMITS.userCharsMax, `must be at most ${LIMITS.userCharsMax} characters`)
      .refine((text) => text.isWellFormed() && !/=\?|\?=/.test(text), 'must be a mail address'),
    'must be a list of mail addresses',
  )
  .min(1, 'must name an address')
  .max(LIMITS.draftRecipientsMax, `must be at most ${LIMITS.draftRecipientsMax} addresses`);

const AGAIN_AFTER = `P${LIMITS.draftAgainDays}D`;

const schema = strictObject({
  type: z.literal('createDraft'),
  kind: z.enum(DRAFT_KINDS, `must be one of ${DRAFT_KINDS.join(', ')}`).default('reply'),
  text: templateSchema(LIMITS.templateBytesMax),
  subject: templateSchema(LIMITS.draftSubjectBytesMax).optional(),
  to: addressesSchema.optional(),
  cc: addressesSchema.optional(),
  quote: z.boolean('must be true or false').default(true),
  evenIfAutomatic: z.boolean('must be true or false').default(false),
  /** How long the same sender is not answered again in the same conversation. */
  againAfter: durationSchema.default(AGAIN_AFTER),
}).refine(({ kind, to }) => kind !== 'new' || to !== undefined, {
  path: ['to'],
  error: 'must name whom the new message is for',
});

export const createDraftAction: ActionKind<typeof schema> = {
  type: 'createDraft',
  schema,
  needs: ({ kind, quote }) => ({
    headers: [...DRAFT_HEADERS, ...AUTOMATIC_MAIL_HEADERS, ...TEMPLATE_HEADERS],
    body: quote && kind !== 'new',
  }),
  intent: () => ({}),
  // A rule stored before there were kinds is a reply.
  decide: ({ type: _type, againAfter = AGAIN_AFTER, kind = 'reply', subject, to, cc, ...spec }, at) => {
    const { ruleId, simulation } = at;
    const guard = draftRefusal({ kind, evenIfAutomatic: spec.evenIfAutomatic, againAfter }, at);
    if ('reason' in guard) return { problem: { ruleId, ...guard }, simulation };
    const { conversation } = guard;
    const draft = {
      ...spec,
      ...(kind === 'reply' ? {} : { kind }),
      ...(subject === undefined ? {} : { subject }),
      ...(to === undefined ? {} : { to }),
      ...(cc === undefined ? {} : { cc }),
    };
    if (conversation === undefined) return { effects: [{ kind: 'draft', ruleId, draft }], simulation };
    return {
      effects: [{ kind: 'draft', ruleId, draft, conversation }],
      simulation: { ...simulation, drafted: new Set(simulation.drafted).add(conversation) },
    };
  },
};
