/** Which problems a route can answer: most follow from what the route is. */
import { ERROR_CODES, type ErrorCode } from '../../errors.ts';
import { statusOf } from '../problem.ts';
import type { Route } from '../route.ts';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

const ALWAYS: readonly ErrorCode[] = [
  'auth.missing',
  'auth.scope',
  'request.too-large',
  'request.too-many',
  // An unknown query parameter.
  'validation.failed',
  'internal',
  'deadline.reached',
];

/** A token may have to be refreshed before a mailbox opens. */
const OF_TOKENS: ReadonlySet<ErrorCode> = new Set(['oauth.reconnect', 'oauth.unreachable', 'oauth.not-configured']);

export const codesOf = (route: Route): ErrorCode[] => {
  const wants: readonly (readonly [boolean, readonly ErrorCode[]])[] = [
    [route.path.includes('{'), ['not-found']],
    [route.body !== undefined, ['request.invalid', 'request.unsupported-media-type']],
    [route.method === 'POST', ['request.invalid', 'idempotency.reused']],
    [route.method !== 'GET', ['conflict']],
    [route.ifMatch !== undefined, ['request.invalid', 'precondition.required', 'precondition.failed']],
    [route.opensMailbox, CODES.filter((code) => code.startsWith('imap.') || OF_TOKENS.has(code))],
  ];
  const codes = new Set([
    ...ALWAYS,
    ...wants.flatMap(([holds, some]) => (holds ? some : [])),
    ...(route.problems ?? []),
  ]);
  return CODES.filter((code) => codes.has(code));
};

/** Status and codes of a route's problems, in order of status. */
export const problemsByStatus = (route: Route): ReadonlyMap<number, readonly ErrorCode[]> => {
  const codes = codesOf(route);
  const statusIn = (code: ErrorCode): number => statusOf(code, route.namesServer === true);
  const statuses = [...new Set(codes.map(statusIn))].sort((a, b) => a - b);
  return new Map(statuses.map((status) => [status, codes.filter((code) => statusIn(code) === status)]));
};

/** Every code that can come with a status, whatever the route. */
export const codesWithStatus = (status: number): readonly ErrorCode[] =>
  CODES.filter((code) => statusOf(code, true) === status || statusOf(code, false) === status);
