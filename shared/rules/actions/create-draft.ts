/** `createDraft`: a reply waits in the drafts folder; a person sends it, or does not. */
import * as z from 'zod';
import { LIMITS } from '../../limits.ts';
import type { ActionKind } from '../action-kind.ts';
import { AUTOMATIC_MAIL_HEADERS, automaticMailReason } from '../automatic-mail.ts';
import { DRAFT_HEADERS } from '../draft-headers.ts';
import { strictObject } from '../strict-object.ts';
import { PLACEHOLDERS, unknownPlaceholders } from '../template.ts';

const templateSchema = (bytesMax: number) =>
  z
    .string('must be a text')
    .refine((text) => text.trim() !== '', 'must not be empty')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
    .refine((text) => Buffer.byteLength(text) <= bytesMax, `must be at most ${bytesMax} bytes`)
    .superRefine((text, context) => {
      const unknown = unknownPlaceholders(text);
      if (unknown.length === 0) return;
      const written = unknown.map((name) => `{{${name}}}`).join(', ');
      const known = PLACEHOLDERS.map((name) => `{{${name}}}`).join(', ');
      context.addIssue({ code: 'custom', message: `holds ${written.slice(0, 200)}; known are ${known}` });
    });

const schema = strictObject({
  type: z.literal('createDraft'),
  text: templateSchema(LIMITS.templateBytesMax),
  subject: templateSchema(LIMITS.draftSubjectBytesMax).optional(),
  quote: z.boolean('must be true or false').default(true),
  evenIfAutomatic: z.boolean('must be true or false').default(false),
});

export const createDraftAction: ActionKind<typeof schema> = {
  type: 'createDraft',
  schema,
  needs: ({ quote }) => ({ headers: [...DRAFT_HEADERS, ...AUTOMATIC_MAIL_HEADERS], body: quote }),
  intent: () => ({}),
  decide: ({ text, subject, quote, evenIfAutomatic }, simulation, facts, ruleId) => {
    const reason = evenIfAutomatic ? undefined : automaticMailReason(facts);
    if (reason !== undefined) {
      return { problem: { ruleId, reason: 'automatic-mail', detail: `no draft: ${reason}` }, simulation };
    }
    const draft = { text, quote, evenIfAutomatic, ...(subject === undefined ? {} : { subject }) };
    return { effect: { kind: 'draft', ruleId, draft }, simulation };
  },
};
