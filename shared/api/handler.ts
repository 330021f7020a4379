/** The API's Lambda handler, for HTTP API payload 2.0: one for both functions, which differ in operations and deps. */
import middy from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpRouter, { type Method } from '@middy/http-router';
import type { Context } from 'aws-lambda';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { answers, logOfRequest, withHeader } from './answers.ts';
import { callerOf } from './caller.ts';
import { allowedMethods } from './match-route.ts';
import type { OperationId, Operations } from './operation.ts';
import type { Pages } from './pages.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';
import {
  type AnyOperation,
  type ApiDeps,
  type ApiEvent,
  type ApiResult,
  claimsOf,
  type ServeOptions,
  serve,
} from './serve.ts';
import { tenantThrottle } from './throttle.ts';

export type ApiHandler = (event: ApiEvent, context: Context) => Promise<ApiResult>;

export type ApiOptions<Deps extends ApiDeps, Id extends OperationId> = Pick<ServeOptions, 'requestKey'> & {
  readonly operations: Operations<Deps, Id>;
  /** Called for every request, as a deadline is one request's. */
  readonly depsOf: (context: Context) => Deps;
  /** The claim of the token that names the tenant. */
  readonly tenantClaim?: string;
  /** What is read without a token. */
  readonly pages?: Pages;
  /** Ours bounds what one worker does for one tenant; the gateway has another, for all. */
  readonly throttle?: ServeOptions['throttle'];
};

const ourThrottle = () =>
  tenantThrottle({
    perSecond: LIMITS.requestsPerSecondMax,
    burst: LIMITS.requestsAtOnceMax,
    tenantsMax: LIMITS.throttledTenantsMax,
  });

/** Serves the routes that `operations` has; of the others it knows only which methods they allow. */
export const apiHandler = <Deps extends ApiDeps, Id extends OperationId>({
  operations,
  depsOf,
  requestKey,
  tenantClaim = 'sub',
  pages = {},
  throttle = ourThrottle(),
}: ApiOptions<Deps, Id>): ApiHandler => {
  const options = { tenantClaim, requestKey, throttle };
  const table: Readonly<Record<string, AnyOperation<Deps> | undefined>> = operations;
  const routes = ROUTES.flatMap((route: Route) => {
    const operation = table[route.operationId];
    if (operation === undefined) return [];
    const handler = (event: ApiEvent, context: Context) => {
      const deps = depsOf(context);
      const log = logOfRequest(deps.log, event.requestContext.requestId);
      return serve(options, route, operation, { ...deps, log }, event);
    };
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
      if (Object.hasOwn(pages, path)) return await pageResult(method, path, pages[path]);
      // First of all, so that nobody without a token learns which paths there are; a preflight carries none.
      if (method !== 'OPTIONS') callerOf(claimsOf(event), tenantClaim);
      return await router(event, context);
    }) as unknown as ApiHandler;
};

/** GET's answer without its body (RFC 9110 section 9.3.2). */
const withoutBody =
  (handler: ApiHandler): ApiHandler =>
  async (event, context) => {
    const { body: _body, ...result } = await handler(event, context);
    return result;
  };

const PAGE_METHODS = 'GET, HEAD, OPTIONS';

const pageResult = async (method: string, path: string, page: Pages[string] | undefined): Promise<ApiResult> => {
  if (method === 'OPTIONS') return { statusCode: 204, headers: { allow: PAGE_METHODS } };
  if (page === undefined || !PAGE_METHODS.includes(method)) throw notAllowed(path, PAGE_METHODS);
  const { contentType, body } = await page();
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
