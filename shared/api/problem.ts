/** Problem details (RFC 9457): what went wrong, for a program by its type and for a person by its words. */
import * as z from 'zod';
import { codeOf, ERROR_CODES, type ErrorCode, MailyardError } from '../errors.ts';
import { REMEDIES } from '../remedies.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export const typeOf = (code: ErrorCode) => `urn:mailyard:problem:${code}` as const;

export const problemSchema = z
  .object({
    type: z.templateLiteral(['urn:mailyard:problem:', z.string()]).describe('Stable: what a program goes by'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().optional().describe('What is wrong this time; nothing of our own failures is told'),
    remedy: z.string().describe('The way out'),
    instance: z.templateLiteral(['urn:mailyard:request:', z.string()]).describe('The request, as our log knows it'),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('Into the body (RFC 6901), or the name of a query parameter'),
          detail: z.string(),
        }),
      )
      .readonly()
      .optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });

export type Problem = Readonly<z.output<typeof problemSchema>>;

/** `namesServer` tells whether the request itself may be what is wrong when a mail server lets us not in. */
export const statusOf = (code: ErrorCode, namesServer: boolean): number => {
  const { status } = ERROR_CODES[code];
  // To who named neither server nor credential, it is a bad gateway, and no field of theirs.
  return /^(imap|oauth)\./.test(code) && status < 500 && !namesServer ? 502 : status;
};

/** Nothing of our own failures is shown. */
export const problemOf = (error: unknown, requestId: string, namesServer: boolean): Problem => {
  const code = codeOf(error);
  const status = statusOf(code, namesServer);
  const shown = error instanceof MailyardError && status < 500;
  return {
    type: typeOf(code),
    title: ERROR_CODES[code].title,
    status,
    ...(shown ? { detail: error.message } : {}),
    remedy: REMEDIES[code],
    instance: `urn:mailyard:request:${requestId}`,
    ...(shown && error.fields.length > 0 ? { errors: error.fields } : {}),
  };
};

const WAIT_SECONDS: Readonly<Record<number, number>> = { 409: 1, 429: 1, 503: 5 };

/** For `Retry-After` (RFC 9110 section 10.2.3): where the same request may do better later. */
export const retryAfterSeconds = (error: unknown, status: number): number | undefined =>
  ERROR_CODES[codeOf(error)].retry
    ? ((error instanceof MailyardError ? error.retryAfterSeconds : undefined) ?? WAIT_SECONDS[status])
    : undefined;
