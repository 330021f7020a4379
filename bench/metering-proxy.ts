/** Between a function and the database: asks for what each call consumes, and adds it up. */
import { request as ask, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Metered = { readonly read: number; readonly write: number; readonly calls: number };

export type MeteringProxy = {
  readonly endpoint: string;
  /** Since it was last asked. */
  readonly take: () => Metered;
  readonly stop: () => Promise<void>;
};

const READS = /\.(Get|BatchGet|Query|Scan)/;

type Capacity = { readonly CapacityUnits?: number };

export const startMeteringProxy = async (upstream: string): Promise<MeteringProxy> => {
  let sums = { read: 0, write: 0, calls: 0 };
  const count = (operation: string, status: number, answer: string): void => {
    const { ConsumedCapacity, __type } = JSON.parse(answer) as {
      ConsumedCapacity?: Capacity | Capacity[];
      __type?: string;
    };
    const told = [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    // A write whose condition does not hold is billed, too.
    const consumed = status !== 200 && __type?.endsWith('ConditionalCheckFailedException') === true ? 1 : told;
    sums[READS.test(operation) ? 'read' : 'write'] += consumed;
    sums.calls += 1;
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked = { ...JSON.parse(Buffer.concat(chunks).toString()), ReturnConsumedCapacity: 'TOTAL' };
    const body = JSON.stringify(asked);
    const headers = { ...request.headers, 'content-length': String(Buffer.byteLength(body)) };
    const onward = ask(upstream, { method: 'POST', path: '/', headers }, async (answered) => {
      const parts: Buffer[] = [];
      for await (const part of answered) parts.push(part);
      const text = Buffer.concat(parts);
      count(String(request.headers['x-amz-target']), answered.statusCode ?? 500, text.toString());
      response.writeHead(answered.statusCode ?? 500, answered.headers).end(text);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const taken = sums;
      sums = { read: 0, write: 0, calls: 0 };
      return taken;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
