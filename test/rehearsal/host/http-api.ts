/** API Gateway's HTTP API on loopback, wired as the template says: routes, the throttle, the JWT authorizer, who may call which function. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromResult, type HttpAnswer } from '../../../local/http-answer.ts';
import { toEvent } from '../../../local/http-event.ts';
import type { Deployed, DeployedResource } from '../aws/deployed.ts';
import { ACCOUNT, PARTITION, REGION } from '../aws/names.ts';
import { isLike } from '../grants/evaluate.ts';
import type { Json } from '../template/template.ts';
import { matchRouteKey } from './routes.ts';
import type { Sandbox } from './sandbox.ts';
import { throttleOf } from './throttle.ts';

export type Claims = Readonly<Record<string, unknown>>;
/** The claims of a token that the issuer gave for one of the audiences; undefined for any other. */
export type Authorize = (token: string, issuer: string, audience: readonly string[]) => Promise<Claims | undefined>;

export type HttpApi = {
  readonly url: string;
  readonly routes: number;
  readonly throttle: {
    /** What it lets through at once. */
    readonly burst: number;
    /** Its clock: whatever is sent while it stands is sent at once, however slow this machine is. */
    isStanding: boolean;
  };
  /** Answers by status. */
  readonly answers: Readonly<Record<number, number>>;
  readonly stop: () => Promise<void>;
};

export type HttpApiOptions = {
  readonly stack: Deployed;
  /** By ARN. */
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  readonly authorize: Authorize;
};

const text = (value: Json | undefined): string => String(value ?? '');

export const startHttpApi = async ({ stack, sandboxes, authorize }: HttpApiOptions): Promise<HttpApi> => {
  const of = (type: string): DeployedResource[] =>
    stack.resources.filter(({ Type }) => Type === `AWS::ApiGatewayV2::${type}`);
  const [gateway, stage] = [of('Api')[0], of('Stage')[0]];
  if (gateway === undefined || stage === undefined) throw new Error('the stack has no HTTP API with a stage');
  const settings = (stage.Properties?.['DefaultRouteSettings'] ?? {}) as Record<string, number>;
  const [rate, burst] = [settings['ThrottlingRateLimit'], settings['ThrottlingBurstLimit']];
  if (rate === undefined || burst === undefined) throw new Error('the stage has no throttle');
  const throttle = { burst, isStanding: false };
  let at = Date.now();
  const mayPass = throttleOf({ rate, burst }, () => {
    if (!throttle.isStanding) at = Date.now();
    return at;
  });
  const integrations = new Map(
    of('Integration').map((one) => [`integrations/${one.made.ref}`, text(one.Properties?.['IntegrationUri'])]),
  );
  const authorizers = new Map(
    of('Authorizer').map((one) => [
      one.made.ref,
      (one.Properties?.['JwtConfiguration'] ?? {}) as { Issuer?: string; Audience?: string[] },
    ]),
  );
  const routes = of('Route').map(({ Properties = {} }) => ({ key: text(Properties['RouteKey']), Properties }));
  /** Who may call a function, by its resource policy. */
  const permissions = stack.resources.filter(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::Permission' && Properties?.['Principal'] === 'apigateway.amazonaws.com',
  );
  const stageName = text(stage.Properties?.['StageName']);
  const mayCall = (arn: string, key: string): boolean => {
    const [method = '', path = ''] = key.split(' ');
    const source = `arn:${PARTITION}:execute-api:${REGION}:${ACCOUNT}:${gateway.made.ref}/${stageName}/${method}${path}`;
    return permissions.some(
      ({ Properties }) => text(Properties?.['FunctionName']) === arn && isLike(source, text(Properties?.['SourceArn'])),
    );
  };
  const answers: Record<number, number> = {};

  const serve = async (request: IncomingMessage): Promise<HttpAnswer> => {
    if (!mayPass()) return told(429, 'Too Many Requests');
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    const matched = matchRouteKey(routes, request.method ?? 'GET', pathname);
    if (matched === undefined) return told(404, 'Not Found');
    const { key, Properties } = matched.route;
    let claims: Claims | undefined;
    if (Properties['AuthorizationType'] === 'JWT') {
      const { Issuer = '', Audience = [] } = authorizers.get(text(Properties['AuthorizerId'])) ?? {};
      const [, token = ''] = /^(?:Bearer )?([\w.-]+)$/.exec(request.headers.authorization ?? '') ?? [];
      claims = await authorize(token, Issuer, Audience);
      if (claims === undefined) return told(401, 'Unauthorized');
    }
    const arn = integrations.get(text(Properties['Target'])) ?? '';
    const sandbox = sandboxes.get(arn);
    if (sandbox === undefined || !mayCall(arn, key)) return told(500, 'Internal Server Error');
    const event = toEvent(request, await bytesOf(request), randomUUID(), claims);
    const requestContext = {
      ...event.requestContext,
      accountId: ACCOUNT,
      apiId: gateway.made.ref,
      routeKey: key,
      stage: stageName,
    };
    const answer = await sandbox.invoke({
      ...event,
      routeKey: key,
      pathParameters: matched.parameters,
      requestContext,
    });
    return answer.ok ? fromResult(answer.result) : told(500, 'Internal Server Error');
  };
  const server = createServer((request, response) => {
    serve(request)
      .catch((error: unknown) => told(500, String(error)))
      .then(({ status, headers, body }) => {
        answers[status] = (answers[status] ?? 0) + 1;
        response.writeHead(status, headers).end(body);
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    routes: routes.length,
    throttle,
    answers,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** What API Gateway itself says. */
const told = (status: number, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
});

const bytesOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};
