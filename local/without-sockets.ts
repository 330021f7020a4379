/** Requests to the embedded database without a socket between: nobody else can speak to it, and a call costs the processor a third. */
import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import type { connectTable } from '../shared/store/table.ts';

type ClientConfig = NonNullable<Parameters<typeof connectTable>[1]>;
type Handler = Extract<ClientConfig['requestHandler'], { handle: (...given: never[]) => unknown }>;
type Request = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};
type Answer = { readonly response: { statusCode: number; headers: Record<string, string>; body: Readable } };

// dynalite wants to be shown one, and verifies none.
const UNSIGNED = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=none',
  'x-amz-date': '20260101T000000Z',
};

/** For a client's configuration: its requests go to the server's listeners, as those from the network do. */
export const withoutSockets = (server: Server): Pick<ClientConfig, 'requestHandler' | 'signer'> => ({
  signer: { sign: async (request) => request },
  requestHandler: {
    handle: ({ method, path, headers, body }: Request) =>
      new Promise<Answer>((resolve) => {
        const request = Object.assign(Readable.from([Buffer.from(body.buffer, body.byteOffset, body.byteLength)]), {
          method,
          url: path,
          headers: { ...headers, ...UNSIGNED },
        });
        const given: Record<string, string> = {};
        const response = {
          statusCode: 200,
          setHeader: (name: string, value: unknown) => {
            given[name.toLowerCase()] = String(value);
          },
          end: (text = '') => {
            const { statusCode } = response;
            resolve({ response: { statusCode, headers: given, body: Readable.from([Buffer.from(text)]) } });
          },
        };
        server.emit('request', request, response);
      }),
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  } as Handler,
});
