/** A client of the API, typed by the route table: what the command line and scripts call it with. Nothing but fetch. */
import type * as z from 'zod';
import type { AnswerBody, OperationId, ParamsOf } from './operation.ts';
import type { Problem } from './problem.ts';
import type { Route } from './route.ts';
import type { ROUTES } from './routes.ts';
import { ROUTES as TABLE } from './routes.ts';

type RouteOf<Id extends OperationId> = Extract<(typeof ROUTES)[number], { operationId: Id }>;
type NoneIfEmpty<Name extends string, Held> = keyof Held extends never ? unknown : { readonly [Each in Name]: Held };

/** What a route is called with; `ifMatch` is the ETag that was read, or `*`. */
export type CallInput<Id extends OperationId> = NoneIfEmpty<'params', ParamsOf<Id>> &
  (RouteOf<Id> extends { query: infer Query extends z.ZodType }
    ? { readonly query?: { readonly [Name in keyof z.input<Query>]?: string | number | undefined } }
    : unknown) &
  (RouteOf<Id> extends { body: { schema: infer Body extends z.ZodType } }
    ? { readonly body: z.input<Body> }
    : unknown) &
  (RouteOf<Id> extends { ifMatch: 'required' } ? { readonly ifMatch: string } : unknown) &
  (RouteOf<Id> extends { method: 'POST' } ? { readonly idempotencyKey?: string } : unknown);

export type CallAnswer<Id extends OperationId> = {
  readonly body: AnswerBody<Id>;
  readonly etag: string | undefined;
  readonly location: string | undefined;
  readonly requestId: string | undefined;
};

export type ClientOptions = {
  /** Without a slash at the end. */
  readonly url: string;
  /** Asked before every request, as tokens run out. */
  readonly token: () => string | Promise<string>;
  readonly fetch?: typeof globalThis.fetch;
  /** How often a request is sent again that asked to wait (409, 429, 503) and may be sent twice; 2 by default. */
  readonly retriesMax?: number;
  /** Longest Retry-After that is waited for; 10 by default. */
  readonly waitSecondsMax?: number;
  readonly signal?: AbortSignal;
};

/** What the service answered in place of a success; `problem` is undefined where something in between answered. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(operationId: string, status: number, problem: Problem | undefined) {
    super(problem?.detail ?? problem?.title ?? `${operationId} was answered with ${status}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.problem = problem;
  }
}

export type ApiClient = {
  /** Throws ApiProblem, and what fetch throws. */
  readonly call: <Id extends OperationId>(
    operationId: Id,
    ...input: unknown extends CallInput<Id>
      ? []
      : Partial<CallInput<Id>> extends CallInput<Id>
        ? [CallInput<Id>?]
        : [CallInput<Id>]
  ) => Promise<CallAnswer<Id>>;
};

type AnyInput = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
};

export const apiClient = (options: ClientOptions): ApiClient => ({
  call: async (operationId, ...[input]) => {
    const route = (TABLE as readonly Route[]).find((one) => one.operationId === operationId);
    if (route === undefined) throw new TypeError(`there is no operation ${operationId}`);
    const answer = await sendPatiently(options, route, (input ?? {}) as AnyInput);
    const text = await answer.text();
    if (!answer.ok) throw new ApiProblem(operationId, answer.status, problemIn(answer, text));
    const header = (name: string) => answer.headers.get(name) ?? undefined;
    return {
      body: (text === '' ? undefined : JSON.parse(text)) as never,
      etag: header('etag'),
      location: header('location'),
      requestId: header('x-request-id'),
    };
  },
});

const problemIn = (answer: Response, text: string): Problem | undefined => {
  if (!/^application\/problem\+json/.test(answer.headers.get('content-type') ?? '')) return undefined;
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return undefined;
  }
};

const ASKS_TO_WAIT: readonly number[] = [409, 429, 503];

const sendPatiently = async (options: ClientOptions, route: Route, input: AnyInput): Promise<Response> => {
  const mayRepeat = route.idempotency !== 'key' || input.idempotencyKey !== undefined;
  const retriesMax = mayRepeat ? (options.retriesMax ?? 2) : 0;
  for (let retry = 0; ; retry += 1) {
    const answer = await sendOnce(options, route, input);
    // The gateway's own 429 does not say how long.
    const told = answer.headers.get('retry-after') ?? (answer.status === 429 ? '1' : undefined);
    const seconds = told !== undefined && /^\d{1,6}$/.test(told) ? Number(told) : Number.POSITIVE_INFINITY;
    const isLast = retry >= retriesMax || seconds > (options.waitSecondsMax ?? 10);
    if (isLast || !ASKS_TO_WAIT.includes(answer.status)) return answer;
    await answer.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  }
};

const sendOnce = async (options: ClientOptions, route: Route, input: AnyInput): Promise<Response> => {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(input.params?.[name] ?? ''));
  const given = Object.entries(input.query ?? {}).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const query = new URLSearchParams(given).toString();
  const { fetch: send = globalThis.fetch, signal } = options;
  return await send(`${options.url}${path}${query === '' ? '' : `?${query}`}`, {
    method: route.method,
    headers: {
      authorization: `Bearer ${await options.token()}`,
      ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(input.ifMatch === undefined ? {} : { 'if-match': input.ifMatch }),
      ...(input.idempotencyKey === undefined ? {} : { 'idempotency-key': input.idempotencyKey }),
    },
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    ...(signal === undefined ? {} : { signal }),
    // A token goes nowhere but where it was meant to go.
    redirect: 'error',
  });
};
