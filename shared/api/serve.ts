/** One request to one route: who asks, what is asked, the use case, the answer. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MailyardError } from '../errors.ts';
import { answerOnce, type OnceDeps } from '../service/answer-once.ts';
import type { BaseDeps } from '../service/deps.ts';
import { type Claims, callerOf, requireScope } from './caller.ts';
import { etagOf, parseIfMatch } from './etag.ts';
import { canonicalText, parseIdempotencyKey } from './idempotency.ts';
import type { Answer } from './operation.ts';
import { readBody, readQuery } from './read-request.ts';
import type { Route } from './route.ts';
import type { Throttle } from './throttle.ts';

export type ApiEvent = APIGatewayProxyEventV2;
export type ApiResult = APIGatewayProxyStructuredResultV2;
export type ApiDeps = Pick<BaseDeps, 'table' | 'now' | 'newId' | 'log'>;

export type ServeOptions = {
  readonly tenantClaim: string;
  readonly requestKey: OnceDeps['requestKey'];
  readonly throttle: Throttle;
};

type AnyRequest = {
  readonly tenant: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: unknown;
  readonly body: unknown;
  readonly ifMatch: unknown;
  readonly newId: string;
};
/** An operation whose types were forgotten; what it is given was checked by its route. */
export type AnyOperation<Deps> = (deps: Deps, request: AnyRequest & never) => Promise<Answer>;

export const serve = async <Deps extends ApiDeps>(
  { tenantClaim, requestKey, throttle }: ServeOptions,
  route: Route,
  operation: AnyOperation<Deps>,
  deps: Deps,
  event: ApiEvent,
): Promise<ApiResult> => {
  const caller = callerOf(claimsOf(event), tenantClaim);
  requireScope(caller, route.scope);
  const { tenant } = caller;
  if (!throttle.take(tenant, deps.now())) throw new MailyardError('request.too-many', 'send fewer requests at once');
  const request = {
    tenant,
    params: paramsOf(event),
    query: readQuery(route, event),
    body: readBody(route, event),
    ifMatch: route.ifMatch === 'required' ? parseIfMatch(event.headers['if-match']) : undefined,
  };
  const work = async (newId: string): Promise<ApiResult> =>
    resultOf(route, await operation(deps, { ...request, newId } as AnyRequest & never));
  const idempotencyKey = route.method === 'POST' ? parseIdempotencyKey(event.headers['idempotency-key']) : undefined;
  if (idempotencyKey === undefined) return await work(deps.newId());
  const { params, query, body } = request;
  const content = canonicalText([route.operationId, params, query, body]);
  const kept = await answerOnce({ ...deps, requestKey }, { tenant, idempotencyKey, content }, async (newId) =>
    JSON.stringify(await work(newId)),
  );
  return JSON.parse(kept) as ApiResult;
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

const PARAM = /^[A-Za-z0-9_-]{1,256}$/;

/** Ids are ours: another text is nobody's id, and no key is ever made of it. */
const paramsOf = ({ pathParameters }: ApiEvent): Readonly<Record<string, string | undefined>> => {
  // A gateway's catch-all route adds its own, which holds slashes.
  const { proxy: _proxy, ...params } = pathParameters ?? {};
  if (Object.values(params).every((value) => value !== undefined && PARAM.test(value))) return params;
  throw new MailyardError('not-found', 'there is no such thing here');
};

export const claimsOf = (event: ApiEvent): Claims | undefined => {
  const { authorizer } = event.requestContext as { authorizer?: { jwt?: { claims?: Claims } } };
  return authorizer?.jwt?.claims;
};
