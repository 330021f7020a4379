/** What is sent to find a mail server and to sign in at a provider. */
import * as z from 'zod';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { strictObject } from '../rules/strict-object.ts';
import type { AuthorizeAccount } from '../service/authorize-account.ts';
import { bodyOf } from './parse-body.ts';

const text = (charsMax: number) =>
  z
    .string('must be a text')
    .min(1, 'must not be empty')
    .max(charsMax, `must be at most ${charsMax} characters`)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must not hold control characters');

const addressSchema = text(LIMITS.userCharsMax).regex(
  /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/,
  'must be a mail address',
);

export const DISCOVER_BODY = bodyOf(strictObject({ address: addressSchema }));

const authorizeSchema = strictObject({
  provider: text(LIMITS.nameCharsMax).describe('As the operator set it up: google, microsoft or a name of their own'),
  redirectUri: text(LIMITS.redirectUriCharsMax).describe(
    'Where the provider sends the person back to, as registered there',
  ),
  accountId: z
    .string('must be a text')
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the id of an account')
    .optional()
    .describe('Sign in again for this account; otherwise one is added'),
  address: addressSchema.optional().describe('Needed where an account is added'),
  user: text(LIMITS.userCharsMax).optional().describe('Where the mail server knows its owner by another name'),
  name: text(LIMITS.nameCharsMax).optional(),
  pollSeconds: z
    .literal([...LIMITS.pollSecondsAllowed], `must be one of ${LIMITS.pollSecondsAllowed.join(', ')}`)
    .optional(),
  applyToExisting: z.boolean('must be true or false').optional(),
});

export type AuthorizeBody = Omit<AuthorizeAccount, 'tenant'>;

export const AUTHORIZE_BODY = {
  schema: authorizeSchema,
  /** Throws `validation.failed`. */
  parse: (input: unknown): AuthorizeBody => {
    const { provider, redirectUri, accountId, ...given } = bodyOf(authorizeSchema).parse(input);
    if (accountId !== undefined) {
      const [more] = Object.keys(given);
      if (more !== undefined) throw invalid(`/${more}`, 'does not go with accountId: the account keeps what it has');
      return { provider, redirectUri, target: { accountId } };
    }
    const { address } = given;
    if (address === undefined) throw invalid('/address', 'is needed, or accountId to sign in again');
    const settings = {
      name: given.name ?? address.slice(0, LIMITS.nameCharsMax),
      user: given.user ?? address,
      address,
      ...(given.pollSeconds === undefined ? {} : { pollSeconds: given.pollSeconds }),
      applyToExisting: given.applyToExisting ?? false,
    };
    return { provider, redirectUri, target: { settings } };
  },
};

/** The parameters of the redirect, as they came; others that a provider adds are passed over. */
const answerText = z.string('must be a text').max(LIMITS.tokenCharsMax, 'is too long');
export const AUTHORIZED_BODY = bodyOf(
  strictObject({
    state: text(LIMITS.stateCharsMax),
    code: answerText.optional(),
    iss: answerText.optional(),
    error: answerText.optional(),
  }),
);

const invalid = (pointer: string, detail: string): MailyardError =>
  new MailyardError('validation.failed', `${pointer} ${detail}`, { fields: [{ pointer, detail }] });
