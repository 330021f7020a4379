/** The body of `POST /v1/accounts`. The password is in here and leaves only sealed. */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as z from 'zod';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { fieldProblems } from '../rules/field-problems.ts';
import { strictObject } from '../rules/strict-object.ts';
import { timeZoneSchema } from '../rules/trigger.ts';
import type { WantedSettings } from '../service/add-account.ts';

const CONTROL = /\p{Cc}|[\u2028\u2029]/u;

/** The first thing wrong is told, as one text is one field. */
export const lineSchema = (charsMax: number) =>
  z
    .string('must be a text')
    .min(1, { error: 'must not be empty', abort: true })
    .max(charsMax, { error: `must be at most ${charsMax} characters`, abort: true })
    .refine((text) => !CONTROL.test(text), { error: 'must not hold control characters', abort: true })
    .refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode', abort: true });

/** Host names as DNS takes them (RFC 1123 section 2.1, underscores allowed), or an IP address without brackets. */
const isHost = (text: string): boolean =>
  isIP(text) !== 0 || text.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));

const isAddress = (text: string): boolean =>
  text.length <= LIMITS.userCharsMax && /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/.test(text) && !CONTROL.test(text);

const pemProblem = (pem: string): string | undefined => {
  if (Buffer.byteLength(pem) > LIMITS.caBytesMax) return `must be at most ${LIMITS.caBytesMax} bytes`;
  if (pem.includes('PRIVATE KEY')) return 'holds a private key; send the certificate alone';
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) return 'must be a certificate as PEM';
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
    return undefined;
  } catch {
    return 'holds a certificate that cannot be read';
  }
};

export const passwordSchema = z
  .string('must be a text')
  .min(1, 'must not be empty')
  .max(LIMITS.passwordCharsMax, `must be at most ${LIMITS.passwordCharsMax} characters`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an IMAP string holds no NUL (RFC 9051 section 9), and line ends are a slip of pasting
  .regex(/^[^\u0000\r\n]*$/, 'must not hold line ends or NUL')
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

export const pollSecondsSchema = z.literal(
  [...LIMITS.pollSecondsAllowed],
  `must be one of ${LIMITS.pollSecondsAllowed.join(', ')}`,
);
/** As `openssl x509 -fingerprint -sha256` prints it, or as curl's --pinnedpubkey takes it, with one slash (RFC 7469). */
const PIN = /^(sha256\/[A-Za-z0-9+/]{43}=|([0-9a-f]{2}:?){31}[0-9a-f]{2})$/i;

export const caSchema = z.string('must be a text').superRefine((pem, context) => {
  const problem = pemProblem(pem);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

export const pinSchema = z
  .string('must be a text')
  .regex(PIN, 'must be sha256/ and the base64 of the key, or the certificate’s SHA-256 fingerprint in hex');

export const accountBodySchema = strictObject({
  name: lineSchema(LIMITS.nameCharsMax).optional(),
  host: lineSchema(LIMITS.hostCharsMax)
    .refine(isHost, 'must be a host name or an IP address')
    .meta({ format: 'hostname', description: 'A host name, or an IP address without brackets' }),
  port: z.int('must be a whole number').min(1, 'must be at least 1').max(65_535, 'must be at most 65535').default(993),
  tls: z.enum(['implicit', 'starttls'], 'must be implicit or starttls').optional(),
  user: lineSchema(LIMITS.userCharsMax),
  password: passwordSchema,
  address: lineSchema(LIMITS.userCharsMax).refine(isAddress, 'must be a mail address').optional(),
  ca: caSchema.optional(),
  pin: pinSchema.optional(),
  pollSeconds: pollSecondsSchema
    .optional()
    .describe(
      `How often it is checked; the deployment may offer fewer of these. ${LIMITS.pollSecondsDefault} where absent, unless the deployment says otherwise`,
    ),
  applyToExisting: z.boolean('must be true or false').default(false),
  allowDestroy: z.boolean('must be true or false').optional(),
  timeZone: timeZoneSchema.optional(),
});

export type AccountBody = { readonly settings: WantedSettings; readonly password: string };

const PORT_OF_STARTTLS = 143;

/** Fills in what was left out. Throws `validation.failed`; no problem repeats a value that was sent. */
export const parseAccountBody = (input: unknown): AccountBody => {
  const parsed = accountBodySchema.safeParse(input);
  if (!parsed.success) throw invalid(fieldProblems(parsed.error));
  const { password, ca, pin, allowDestroy, timeZone, ...rest } = parsed.data;
  const address = rest.address ?? (isAddress(rest.user) ? rest.user : `${rest.user}@${rest.host}`);
  if (!isAddress(address)) {
    throw invalid([{ pointer: '/address', detail: 'is needed, as none can be made of user and host' }]);
  }
  return {
    password,
    settings: {
      ...rest,
      ...(ca === undefined ? {} : { ca }),
      ...(pin === undefined ? {} : { pin }),
      ...(allowDestroy === undefined ? {} : { allowDestroy }),
      ...(timeZone === undefined ? {} : { timeZone }),
      address,
      name: rest.name ?? address.slice(0, LIMITS.nameCharsMax),
      tls: rest.tls ?? (rest.port === PORT_OF_STARTTLS ? 'starttls' : 'implicit'),
    },
  };
};

const invalid = (fields: readonly { pointer: string; detail: string }[]): MailyardError =>
  new MailyardError('validation.failed', 'the account cannot be added as it is', { fields });
