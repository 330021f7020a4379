/** A way to DynamoDB that goes bad: requests are refused, answered with errors, or carried out and their answer lost. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type BadAnswer =
  /** ProvisionedThroughputExceededException: nothing was done. */
  | 'throttled'
  /** InternalServerError: nothing was done. */
  | 'error'
  /** It took effect, and the connection ended before the answer. */
  | 'lost';

export type DatabaseRequest = { /** `PutItem`, `Query` ... */ readonly operation: string; readonly body: string };

export type BadDatabase = {
  readonly endpoint: string;
  /** Asked for each request, also for those that the SDK sends again; undefined lets it pass. */
  readonly set: (choose: (request: DatabaseRequest) => BadAnswer | undefined) => void;
  readonly stop: () => Promise<void>;
};

export const startBadDatabase = async (endpoint: string): Promise<BadDatabase> => {
  let choose: (request: DatabaseRequest) => BadAnswer | undefined = () => undefined;
  const server = createServer((incoming, outgoing) => {
    void handle(endpoint, incoming, outgoing, (asked) => choose(asked)).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next) => {
      choose = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const handle = async (
  endpoint: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  choose: (request: DatabaseRequest) => BadAnswer | undefined,
): Promise<void> => {
  const body = await bytesOf(incoming);
  const operation = String(incoming.headers['x-amz-target']).replace(/^.*\./, '');
  const bad = choose({ operation, body: body.toString() });
  if (bad === 'throttled') return refuse(outgoing, 400, 'ProvisionedThroughputExceededException');
  if (bad === 'error') return refuse(outgoing, 500, 'InternalServerError');
  const { method, headers, url } = incoming;
  const forward = request(new URL(url ?? '/', endpoint), { method: method ?? 'POST', headers });
  forward.end(body);
  const [answer] = (await once(forward, 'response')) as [IncomingMessage];
  const answered = await bytesOf(answer);
  if (bad === 'lost') {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
  outgoing.end(answered);
};

const refuse = (outgoing: ServerResponse, status: number, name: string): void => {
  outgoing.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'on purpose' }));
};

const bytesOf = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};
