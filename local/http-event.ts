/** A request of node:http as HTTP API's payload 2.0. */
import type { IncomingMessage } from 'node:http';
import type { Claims } from '../shared/api/caller.ts';
import type { ApiEvent } from '../shared/api/serve.ts';

export const toEvent = (
  request: IncomingMessage,
  body: Buffer,
  requestId: string,
  claims: Claims | undefined,
): ApiEvent => {
  const [rawPath = '/', ...rest] = (request.url ?? '/').split('?');
  const rawQueryString = rest.join('?');
  const { cookie, ...headers } = joinedHeaders(request);
  const cookies = cookie?.split(';').map((one) => one.trim());
  const query = joinedQuery(rawQueryString);
  const asText = body.length > 0 && isText(headers['content-type']);
  const requestContext = {
    accountId: 'local',
    apiId: 'local',
    domainName: headers['host'] ?? 'localhost',
    domainPrefix: 'local',
    http: {
      method: request.method ?? 'GET',
      path: rawPath,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '',
      userAgent: headers['user-agent'] ?? '',
    },
    requestId,
    routeKey: '$default',
    stage: '$default',
    time: new Date().toUTCString(),
    timeEpoch: Date.now(),
    ...(claims === undefined ? {} : { authorizer: { jwt: { claims: textClaims(claims), scopes: null } } }),
  };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers,
    ...(cookies === undefined ? {} : { cookies }),
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext,
    ...(body.length === 0 ? {} : { body: body.toString(asText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !asText,
  };
};

/** In lower case; of a header that came several times, the values joined by commas. */
const joinedHeaders = ({ headersDistinct }: IncomingMessage): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(name === 'cookie' ? ';' : ',')]),
  );

const joinedQuery = (rawQueryString: string): Record<string, string> | undefined => {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return values.size === 0 ? undefined : Object.fromEntries(values);
};

const isText = (contentType: string | undefined): boolean =>
  /^(text\/|application\/(json|javascript|xml)\b)/i.test(contentType ?? '');

/** The gateway hands every claim on as text; a list comes as `[a b]`. */
const textClaims = (claims: Claims): Claims =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
