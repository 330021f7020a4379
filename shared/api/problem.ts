/** Problem details (RFC 9457): what went wrong, for a program by its type and for a person by its words. */
import { codeOf, ERROR_CODES, type ErrorCode, type FieldProblem, MailyardError } from '../errors.ts';

export type Problem = {
  readonly type: `urn:mailyard:problem:${ErrorCode}`;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The request, as our log knows it. */
  readonly instance: `urn:mailyard:request:${string}`;
  /** A pointer into the body (RFC 6901), or the name of a query parameter. */
  readonly errors?: readonly FieldProblem[];
};

export const PROBLEM_TYPE = 'application/problem+json';

/** `sendsSettings` tells whether the request may be what is wrong when a mail server fails. Nothing of our own failures is shown. */
export const problemOf = (error: unknown, requestId: string, sendsSettings: boolean): Problem => {
  const code = codeOf(error);
  const { status: tabled, title } = ERROR_CODES[code];
  // To who only reads, a mail server that lets us not in is a bad gateway, and no field of theirs.
  const status = code.startsWith('imap.') && tabled < 500 && !sendsSettings ? 502 : tabled;
  const shown = error instanceof MailyardError && status < 500;
  return {
    type: `urn:mailyard:problem:${code}`,
    title,
    status,
    ...(shown ? { detail: error.message } : {}),
    instance: `urn:mailyard:request:${requestId}`,
    ...(shown && error.fields.length > 0 ? { errors: error.fields } : {}),
  };
};
