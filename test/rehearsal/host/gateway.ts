/**
 * Where the functions find AWS: one endpoint on loopback. A request is known by the key that signed it and by the service that it
 * was signed for, judged by the caller's role, refused where that does not allow it, and else handed on to the service's stand-in.
 */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call } from '../grants/evaluate.ts';
import { type AwsRequest, readCalls } from '../grants/read-call.ts';

export type Backend =
  | string
  | ((
      request: AwsRequest,
    ) => Promise<{ readonly status: number; readonly headers: Record<string, string>; readonly body: string }>);

export type Gateway = {
  readonly endpoint: string;
  /** By the name that requests are signed for: `dynamodb`. */
  readonly backends: Map<string, Backend>;
  /** Set once there are roles: whether the caller may. */
  judge: (caller: string, call: Call) => boolean;
  /** A service that is down for some of its callers. */
  isDown: (caller: string, request: AwsRequest) => boolean;
  /** Requests by service. */
  readonly counts: Readonly<Record<string, number>>;
  readonly stop: () => Promise<void>;
};

export const startGateway = async (): Promise<Gateway> => {
  const counts: Record<string, number> = {};
  const backends = new Map<string, Backend>();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [caller, service] = signedBy(request.headers.authorization ?? '');
    const body = await bytesOf(request);
    const asked: AwsRequest = {
      service,
      target: String(request.headers['x-amz-target'] ?? ''),
      path: request.url ?? '/',
      body: body.toString(),
    };
    counts[service] = (counts[service] ?? 0) + 1;
    const backend = backends.get(service);
    if (backend === undefined) throw new Error(`nothing stands in for ${service}`);
    const denied = readCalls(asked).filter((call) => !gateway.judge(caller, call));
    if (denied.length > 0) refuse(response, 400, 'AccessDeniedException', `${caller} may not ${denied[0]?.action}`);
    else if (gateway.isDown(caller, asked)) refuse(response, 500, 'InternalServerError', 'down for the rehearsal');
    else if (typeof backend === 'string') forward(backend, request, body, response);
    else {
      const answer = await backend(asked);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    }
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => refuse(response, 400, 'RehearsalException', String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway: Gateway = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    backends,
    judge: () => false,
    isDown: () => false,
    counts,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gateway;
};

/** The access key and the service of a signature (AWS Signature Version 4). */
const signedBy = (authorization: string): [caller: string, service: string] => {
  const [, caller = '', service = ''] =
    /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(authorization) ?? [];
  return [caller, service];
};

const refuse = (response: ServerResponse, status: number, code: string, message: string): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': code });
  response.end(JSON.stringify({ __type: code, message }));
};

const forward = (backend: string, request: IncomingMessage, body: Buffer, response: ServerResponse): void => {
  const url = new URL(request.url ?? '/', backend);
  const passed = send(url, { method: request.method, headers: { ...request.headers, host: url.host } }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.once('error', (error) => refuse(response, 500, 'RehearsalException', String(error)));
  passed.end(body);
};

const bytesOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};
