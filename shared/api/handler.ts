/** The API's Lambda handler, for HTTP API payload 2.0: one for both functions, which differ in operations and deps. */
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpRouter, { type Method } from '@middy/http-router';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { MailyardError } from '../errors.ts';
import type { Log } from '../service/deps.ts';
import { answers, withHeader } from './answers.ts';
import { type Claims, callerOf, requireScope } from './caller.ts';
import { etagOf, parseIfMatch } from './etag.ts';
import { parseIdempotencyKey } from './idempotency.ts';
import { allowedMethods } from './match-route.ts';
import type { Answer, OperationId, Operations } from './operation.ts';
import type { Pages } from './pages.ts';
import { type Received, readBody, readQuery } from './read-request.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';

export type ApiEvent = APIGatewayProxyEventV2;
export type ApiResult = APIGatewayProxyStructuredResultV2;
export type ApiHandler = (event: ApiEvent, context: Context) => Promise<ApiResult>;

export type ApiOptions<Deps extends { readonly log: Log }, Id extends OperationId> = {
  readonly operations: Operations<Deps, Id>;
  /** Called for every request, as a deadline is one request's. */
  readonly depsOf: (context: Context) => Deps;
  /** The claim of the token that names the tenant. */
  readonly tenantClaim?: string;
  /** What is read without a token. */
  readonly pages?: Pages;
};

/** Serves the routes that `operations` has; of the others it knows only which methods they allow. */
export const apiHandler = <Deps extends { readonly log: Log }, Id extends OperationId>({
  operations,
  depsOf,
  tenantClaim = 'sub',
  pages = {},
}: ApiOptions<Deps, Id>): ApiHandler => {
  const table: Readonly<Record<string, AnyOperation<Deps> | undefined>> = operations;
  const routes = ROUTES.flatMap((route: Route) => {
    const operation = table[route.operationId];
    if (operation === undefined) return [];
    const handler = (event: ApiEvent, context: Context) => serve(route, operation, depsOf(context), event, tenantClaim);
    const get = { method: route.method as Method, path: route.path, handler };
    if (!allowedMethods(route.path).includes('HEAD') || route.method !== 'GET') return [get];
    return [get, { ...get, method: 'HEAD' as const, handler: withoutBody(handler) }];
  });
  const router = httpRouter<ApiEvent, ApiResult>({ routes, notFoundResponse }) as unknown as ApiHandler;
  return middy<ApiEvent, ApiResult>()
    .use(httpHeaderNormalizer())
    .use(answers(depsOf))
    .handler(async (event: ApiEvent, context: Context) => {
      const { method, path } = event.requestContext.http;
      if (Object.hasOwn(pages, path)) return pageResult(method, path, pages[path]);
      // First of all, so that nobody without a token learns which paths there are; a preflight carries none.
      if (method !== 'OPTIONS') callerOf(claimsOf(event), tenantClaim);
      return await router(event, context);
    }) as unknown as ApiHandler;
};

type AnyRequest = {
  readonly tenant: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: unknown;
  readonly body: unknown;
  readonly ifMatch: unknown;
  readonly idempotencyKey: string | undefined;
};
/** An operation whose types were forgotten; what it is given was checked by its route. */
type AnyOperation<Deps> = (deps: Deps, request: AnyRequest & never) => Promise<Answer>;

const serve = async <Deps>(
  route: Route,
  operation: AnyOperation<Deps>,
  deps: Deps,
  event: ApiEvent,
  tenantClaim: string,
): Promise<ApiResult> => {
  const caller = callerOf(claimsOf(event), tenantClaim);
  requireScope(caller, route.scope);
  const received: Received = event;
  const request: AnyRequest = {
    tenant: caller.tenant,
    params: paramsOf(event),
    query: readQuery(route, received),
    body: readBody(route, received),
    ifMatch: route.ifMatch === 'required' ? parseIfMatch(event.headers['if-match']) : undefined,
    idempotencyKey: route.method === 'POST' ? parseIdempotencyKey(event.headers['idempotency-key']) : undefined,
  };
  const answer = await operation(deps, request as AnyRequest & never);
  return resultOf(route, answer);
};

const resultOf = ({ successStatus }: Route, { body, revision, location }: Answer): ApiResult => ({
  statusCode: successStatus,
  headers: {
    ...(revision === undefined ? {} : { etag: etagOf(revision) }),
    ...(location === undefined ? {} : { location }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

/** GET's answer without its body (RFC 9110 section 9.3.2). */
const withoutBody =
  (handler: ApiHandler): ApiHandler =>
  async (event, context) => {
    const { body: _body, ...result } = await handler(event, context);
    return result;
  };

const PAGE_METHODS = 'GET, HEAD, OPTIONS';

const pageResult = (method: string, path: string, page: Pages[string] | undefined): ApiResult => {
  if (method === 'OPTIONS') return { statusCode: 204, headers: { allow: PAGE_METHODS } };
  if (page === undefined || !PAGE_METHODS.includes(method)) throw notAllowed(path, PAGE_METHODS);
  const { contentType, body } = page();
  const headers = {
    'content-type': contentType,
    'cache-control': 'public, max-age=300',
    // The page carries its style and nothing else.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'x-content-type-options': 'nosniff',
  };
  return { statusCode: 200, headers, ...(method === 'HEAD' ? {} : { body }) };
};

const notAllowed = (path: string, allow: string): MailyardError =>
  withHeader(new MailyardError('method-not-allowed', `${path} allows ${allow}`), 'allow', allow);

const notFoundResponse = ({ method, path }: { method: string; path: string }): ApiResult => {
  const allowed = allowedMethods(path);
  if (allowed.length === 0) throw new MailyardError('not-found', 'there is no such path');
  const allow = allowed.join(', ');
  if (method === 'OPTIONS') return { statusCode: 204, headers: { allow } };
  if (allowed.includes(method)) throw new MailyardError('not-found', 'this function does not serve that route');
  throw notAllowed(path, allow);
};

const PARAM = /^[A-Za-z0-9_-]{1,256}$/;

/** Ids are ours: another text is nobody's id, and no key is ever made of it. */
const paramsOf = ({ pathParameters }: ApiEvent): Readonly<Record<string, string | undefined>> => {
  // A gateway's catch-all route adds its own, which holds slashes.
  const { proxy: _proxy, ...params } = pathParameters ?? {};
  if (Object.values(params).every((value) => value !== undefined && PARAM.test(value))) return params;
  throw new MailyardError('not-found', 'there is no such thing here');
};

const claimsOf = (event: ApiEvent): Claims | undefined => {
  const { authorizer } = event.requestContext as { authorizer?: { jwt?: { claims?: Claims } } };
  return authorizer?.jwt?.claims;
};
