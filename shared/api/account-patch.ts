/** The body of `PATCH /v1/accounts/{accountId}`: what is named is changed, null takes a setting away (RFC 7396). */
import * as z from 'zod';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { ROLES } from '../mail/folder.ts';
import { fieldProblems } from '../rules/field-problems.ts';
import { pathSchema } from '../rules/mailbox-ref.ts';
import { strictObject } from '../rules/strict-object.ts';
import { timeZoneSchema } from '../rules/trigger.ts';
import type { AccountChange } from '../service/change-account.ts';
import { caSchema, lineSchema, passwordSchema, pinSchema, pollSecondsSchema } from './account-body.ts';

const rolesSchema = strictObject(
  Object.fromEntries(ROLES.filter((role) => role !== 'inbox').map((role) => [role, pathSchema.optional()])) as Record<
    Exclude<(typeof ROLES)[number], 'inbox'>,
    z.ZodOptional<typeof pathSchema>
  >,
).describe('Which folder has which role, where the mail server does not say it or says it wrongly');

export const accountPatchSchema = strictObject({
  name: lineSchema(LIMITS.nameCharsMax).optional(),
  pollSeconds: pollSecondsSchema.optional(),
  allowDestroy: z
    .boolean('must be true or false')
    .optional()
    .describe('Whether anything may delete messages for good; off unless it is allowed here'),
  roles: rolesSchema.nullable().optional(),
  timeZone: timeZoneSchema.nullable().optional(),
});

export const credentialBodySchema = strictObject({
  password: passwordSchema,
  ca: caSchema
    .nullable()
    .optional()
    .describe('The private CA or the certificate that the server has by now; left out, it stays; null: none'),
  pin: pinSchema
    .nullable()
    .optional()
    .describe('What the server is pinned to by now; left out, it stays; null: nothing'),
});

const parsed = <Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new MailyardError('validation.failed', `${what} is not right`, { fields: fieldProblems(result.error) });
};

/** Throws `validation.failed`. */
export const parseAccountPatch = (input: unknown): AccountChange => parsed(accountPatchSchema, input, 'the change');

/** Throws `validation.failed`; no problem repeats a value that was sent. */
export const parseCredentialBody = (input: unknown): z.output<typeof credentialBodySchema> =>
  parsed(credentialBodySchema, input, 'the credential');
