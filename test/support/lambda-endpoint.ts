/** Lambda's Invoke on loopback, in front of functions under the real runtime client: what an SDK's client talks to. */
import { createServer } from 'node:http';
import type { Lambda } from './ric.ts';

export const startLambdaEndpoint = async (functions: Readonly<Record<string, Lambda>>) => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, name] = /functions\/([^/?]+)\/invocations/.exec(request.url ?? '') ?? [];
    const lambda = functions[decodeURIComponent(name ?? '')];
    if (lambda === undefined) {
      response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' }).end('{}');
      return;
    }
    const answer = await lambda.invoke(JSON.parse(Buffer.concat(chunks).toString()));
    const failed = answer.ok ? {} : { 'x-amz-function-error': 'Unhandled' };
    response.writeHead(200, failed).end(JSON.stringify(answer.ok ? answer.result : { errorType: answer.errorType }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
