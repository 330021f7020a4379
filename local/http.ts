/** The API over plain HTTP on loopback: what API Gateway does before and after the same handlers. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'aws-lambda';
import { type Claims, callerOf } from '../shared/api/caller.ts';
import type { ApiHandler } from '../shared/api/handler.ts';
import { matchRoute } from '../shared/api/match-route.ts';
import { PROBLEM_TYPE, problemOf } from '../shared/api/problem.ts';
import { PUBLIC_PATHS } from '../shared/api/public-paths.ts';
import { MailyardError } from '../shared/errors.ts';
import { fromResult, type HttpAnswer } from './http-answer.ts';
import { toEvent } from './http-event.ts';

export type HttpOptions = {
  /** 0 for any that is free. */
  readonly port: number;
  readonly host?: '127.0.0.1' | '::1';
  readonly handlers: { readonly api: ApiHandler; readonly mail: ApiHandler };
  /** The claims of a bearer token; undefined for one that is not valid. */
  readonly authorize: (token: string) => Claims | undefined | Promise<Claims | undefined>;
  /** Milliseconds until a handler that does not answer is given up on; API Gateway's are the default. */
  readonly timeoutMs?: number;
};

export type HttpService = {
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, waits for those under way, then ends the connections. */
  readonly close: () => Promise<void>;
};

const TIMEOUT_MS = 30_000;
/** API Gateway's; the handlers' own bound is far below. */
const REQUEST_BYTES_MAX = 10_485_760;
const CLOSE_MS_MAX = 5_000;

export const serveHttp = async (options: HttpOptions): Promise<HttpService> => {
  const server = createServer((request, response) => {
    // An answer that cannot be written ends its connection, not the service.
    respond(options, request, response, () => !server.listening).catch(() => response.destroy());
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = options.timeoutMs ?? TIMEOUT_MS;
  const { host = '127.0.0.1' } = options;
  server.listen(options.port, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    const giveUp = setTimeout(() => server.closeAllConnections(), CLOSE_MS_MAX);
    await closed;
    clearTimeout(giveUp);
  };
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, close };
};

const respond = async (
  options: HttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
  closing: () => boolean,
): Promise<void> => {
  const requestId = randomUUID();
  const answer = await answerTo(options, request, requestId).catch((error: unknown) => problemAnswer(error, requestId));
  // What is left of a body that was not read to its end would be taken for the next request.
  if (!request.complete || closing()) response.setHeader('connection', 'close');
  response.writeHead(answer.status, answer.headers);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
};

const answerTo = async (options: HttpOptions, request: IncomingMessage, requestId: string): Promise<HttpAnswer> => {
  const { method = 'GET' } = request;
  const open = method === 'OPTIONS' || PUBLIC_PATHS.includes(pathOf(request));
  const claims = open ? undefined : await authorized(options, request);
  const event = toEvent(request, await readBytes(request), requestId, claims);
  const { api, mail } = options.handlers;
  const handler = matchRoute(method, event.rawPath)?.opensMailbox === true ? mail : api;
  return fromResult(await withinTime(handler, event, requestId, options.timeoutMs ?? TIMEOUT_MS));
};

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?')[0] ?? '/';

const authorized = async (options: HttpOptions, request: IncomingMessage): Promise<Claims> => {
  const [, token] = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  const claims = token === undefined ? undefined : await options.authorize(token);
  // Refuses undefined as the gateway does; whom the claims name is the handler's to see.
  if (claims === undefined) callerOf(undefined, 'sub');
  return claims ?? {};
};

const readBytes = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let length = 0;
  // Destroying it would take the answer along, which goes over the same socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > REQUEST_BYTES_MAX) throw new MailyardError('request.too-large', 'the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const withinTime = async (
  handler: ApiHandler,
  event: ReturnType<typeof toEvent>,
  requestId: string,
  timeoutMs: number,
): Promise<unknown> => {
  const endsAt = Date.now() + timeoutMs;
  const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => endsAt - Date.now() } as Context;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new MailyardError('deadline.reached', 'the time for this request is over')),
    timeoutMs,
  );
  try {
    return await Promise.race([handler(event, context), late]);
  } finally {
    clearTimeout(timer);
  }
};

const problemAnswer = (error: unknown, requestId: string): HttpAnswer => {
  const problem = problemOf(error, requestId, true);
  return {
    status: problem.status,
    headers: {
      'content-type': PROBLEM_TYPE,
      'cache-control': 'no-store',
      'x-request-id': requestId,
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: Buffer.from(JSON.stringify(problem)),
  };
};
