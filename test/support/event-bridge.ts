/**
 * A stand-in for EventBridge on loopback: the real client's protocol (JSON 1.1) and its answers. Each entry is taken or refused for
 * itself, in order, and FailedEntryCount says how many were refused.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AwsClientConfig, awsClientConfig } from './aws-client-config.ts';
import { watch } from './canary.ts';
import { textOf } from './request-text.ts';

type Entry = {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  /** Seconds since 1970. */
  readonly Time?: number;
};
type Detail = {
  readonly id: string;
  readonly type: string;
  readonly tenant: string;
  readonly accountId?: string;
  readonly data: Readonly<Record<string, unknown>>;
};

export type OnBus = {
  readonly source: string;
  readonly detailType: string;
  readonly time: number;
  readonly detail: Detail;
};

const ENTRIES_MAX = 10;
const REQUEST_BYTES_MAX = 1_000_000;

export type EventBridge = {
  readonly clientConfig: AwsClientConfig;
  readonly busName: string;
  /** What was taken, in order. */
  readonly events: OnBus[];
  /** How many entries each request had. */
  readonly requests: number[];
  /** The code with which an entry is refused, or undefined; and of the whole request. */
  readonly step: { entry: (detail: Detail) => string | undefined; request: () => string | undefined };
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
};

export const startEventBridge = async (busName = 'mailyard-test'): Promise<EventBridge> => {
  const events: OnBus[] = [];
  const requests: number[] = [];
  const step: EventBridge['step'] = {
    entry: () => undefined,
    request: () => undefined,
  };

  const put = (entry: Entry): { EventId?: string; ErrorCode?: string; ErrorMessage?: string } => {
    if (!entry.Source || !entry.DetailType || !entry.Detail) {
      return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter Source, DetailType or Detail is not valid.' };
    }
    if (entry.EventBusName !== busName) return { ErrorCode: 'NotFoundException', ErrorMessage: 'no such event bus' };
    const detail = JSON.parse(entry.Detail) as Detail;
    const code = step.entry(detail);
    if (code !== undefined) return { ErrorCode: code, ErrorMessage: 'An internal error occurred.' };
    events.push({ source: entry.Source, detailType: entry.DetailType, time: entry.Time ?? 0, detail });
    return { EventId: randomUUID() };
  };

  const answer = (target: string | undefined, body: string): { status: number; body: object } => {
    const refuse = (type: string) => ({ status: 400, body: { __type: type, message: type } });
    if (target !== 'AWSEvents.PutEvents') return refuse('UnknownOperationException');
    const refused = step.request();
    if (refused !== undefined) return refuse(refused);
    const { Entries = [] } = JSON.parse(body) as { Entries?: Entry[] };
    if (Entries.length < 1 || Entries.length > ENTRIES_MAX || body.length > REQUEST_BYTES_MAX * 2) {
      return refuse('ValidationException');
    }
    const bytes = Entries.reduce(
      (sum, { Source = '', DetailType = '', Detail = '' }) =>
        sum + 14 + Buffer.byteLength(Source + DetailType + Detail),
      0,
    );
    if (bytes > REQUEST_BYTES_MAX) return refuse('ValidationException');
    requests.push(Entries.length);
    const results = Entries.map(put);
    const FailedEntryCount = results.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
    return { status: 200, body: { FailedEntryCount, Entries: results } };
  };

  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    watch('event', [request.headers, body]);
    const answered = answer(request.headers['x-amz-target'] as string | undefined, body);
    response.writeHead(answered.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answered.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    clientConfig: awsClientConfig(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    busName,
    events,
    requests,
    step,
    reset: () => {
      events.length = 0;
      requests.length = 0;
      step.entry = () => undefined;
      step.request = () => undefined;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
