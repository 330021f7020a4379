/** What one route of the API says of itself. Imported by the stack too, so nothing heavy may be reached from here. */
import type * as z from 'zod';
import type { ErrorCode } from '../errors.ts';

export const SCOPES = [
  'accounts:read',
  'accounts:write',
  'rules:read',
  'rules:write',
  'activity:read',
  'mail:read',
  'mail:write',
  'webhooks:read',
  'webhooks:write',
] as const;
export type Scope = (typeof SCOPES)[number];

export type ExampleAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

export type Route = {
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: `/v1/${string}`;
  readonly summary: string;
  readonly scope: Scope;
  /** Served by functions/mail, which may open credentials; all others by functions/api, which may not. */
  readonly opensMailbox: boolean;
  readonly query?: z.ZodObject;
  /** `schema` describes the body; `parse` checks it, also what a schema cannot say. */
  readonly body?: { readonly schema: z.ZodType; readonly parse: (input: unknown) => unknown };
  /** Where a body may be larger than most. */
  readonly bodyBytesMax?: number;
  /** A change must name the revision it was made from. */
  readonly ifMatch?: 'required';
  /** The answer carries an ETag over what the owner wrote. */
  readonly etag?: true;
  /** The request names the mail server or the credential: what the server says of them is a problem of the request. */
  readonly namesServer?: true;
  /** What sending it twice does: `key` does it once only where both carry the same Idempotency-Key. */
  readonly idempotency: 'safe' | 'idempotent' | 'key';
  /** What this route can answer beside the problems that follow from the fields above (shared/api/openapi). */
  readonly problems?: readonly ErrorCode[];
  /** A request as the documentation shows it; path parameters have examples of their own. */
  readonly example?: {
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    /** Written by hand where an answer cannot be recorded: it takes a person at a provider's page, or holds what is random. */
    readonly answer?: ExampleAnswer;
  };
} & (
  | { readonly successStatus: 204 }
  /** What the body of a success looks like. */
  | { readonly successStatus: 200 | 201 | 202; readonly answer: z.ZodObject }
);
