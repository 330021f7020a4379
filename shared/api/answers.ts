/** The last hand on every answer: its headers, its problem where something was thrown, and one line in the log. */
import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { codeOf, isMailyardError, MailyardError } from '../errors.ts';
import type { Log } from '../service/deps.ts';
import { matchRoute } from './match-route.ts';
import { PROBLEM_TYPE, problemOf, retryAfterSeconds } from './problem.ts';

type Result = APIGatewayProxyStructuredResultV2;
type Request = middy.Request<APIGatewayProxyEventV2, Result>;

const HEADERS_OF = new WeakMap<MailyardError, Readonly<Record<string, string>>>();

/** The error, to be answered with one more header. */
export const withHeader = (error: MailyardError, name: string, value: string): MailyardError => {
  HEADERS_OF.set(error, { ...HEADERS_OF.get(error), [name]: value });
  return error;
};

/** The log of one request: whatever is written while it is served names it, as its answer does. */
export const logOfRequest = (log: Log, requestId: string): Log => ({
  info: (event, fields) => log.info(event, { requestId, ...fields }),
  warn: (event, fields) => log.warn(event, { requestId, ...fields }),
  error: (event, fields, cause) => log.error(event, { requestId, ...fields }, cause),
});

export const answers = (
  depsOf: (context: Context) => { readonly log: Log },
): middy.MiddlewareObj<APIGatewayProxyEventV2, Result> => {
  const finish = (request: Request, result: Result, error?: unknown): void => {
    const { requestId } = request.event.requestContext;
    request.response = {
      ...result,
      headers: { 'cache-control': 'no-store', ...result.headers, 'x-request-id': requestId },
    };
    const log = logOfRequest(depsOf(request.context).log, requestId);
    logAnswer(log, request, result.statusCode ?? 200, error);
  };
  return {
    after: (request) => finish(request, request.response ?? { statusCode: 204 }),
    onError: (request) => {
      const error = asOurs(request.error);
      const { requestContext } = request.event;
      const { method, path } = requestContext.http;
      const problem = problemOf(error, requestContext.requestId, matchRoute(method, path)?.namesServer === true);
      const retryAfter = retryAfterSeconds(error, problem.status);
      const headers = {
        ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
        ...(isMailyardError(error) ? HEADERS_OF.get(error) : undefined),
        ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
        'content-type': PROBLEM_TYPE,
      };
      const head = method === 'HEAD';
      finish(
        request,
        { statusCode: problem.status, headers, ...(head ? {} : { body: JSON.stringify(problem) }) },
        error,
      );
    },
  };
};

/** middy's own error for a request that ran out of time is one of the table. */
const asOurs = (error: unknown): unknown =>
  error instanceof Error && error.name === 'TimeoutError'
    ? new MailyardError('deadline.reached', 'the time for this request is over', { cause: error })
    : error;

const logAnswer = (log: Log, { event }: Request, status: number, error: unknown): void => {
  const { http } = event.requestContext;
  const fields = {
    operationId: matchRoute(http.method, http.path)?.operationId,
    status,
    ...(error === undefined ? {} : { code: codeOf(error) }),
  };
  // The cause goes along only where the fault is ours: elsewhere it may quote what was sent.
  if (status >= 500 && codeOf(error) === 'internal') log.error('api.failed', fields, error);
  else if (status >= 500) log.warn('api.failed', fields);
  else log.info('api.answered', fields);
};
