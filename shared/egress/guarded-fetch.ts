/**
 * `fetch` for addresses that others name: HTTPS alone, the host resolved once and checked, the connection made to the checked
 * address, no redirect followed, time and size bounded.
 */
import { request } from 'node:https';
import { isIP } from 'node:net';
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { EgressPolicy } from './policy.ts';
import { resolveAddress } from './resolve-host.ts';

export type FetchOptions = {
  readonly method?: string | undefined;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  readonly body?: unknown;
};
export type GuardedFetch = (url: string, options?: FetchOptions) => Promise<Response>;

/** Rejects with `imap.host-refused`, `imap.host-not-found`, or what the connection failed of. */
export const guardedFetch =
  (policy: EgressPolicy): GuardedFetch =>
  async (text, options = {}) => {
    const url = new URL(text);
    const port = url.port === '' ? 443 : Number(url.port);
    const ports = [443, ...(policy.https?.ports ?? [])];
    if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') throw refused('only https is fetched');
    if (policy.ports !== 'any' && !ports.includes(port)) throw refused(`port ${port} may not be fetched from`);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    return await send({ policy, url, host, port, address: await resolveAddress(policy, host) }, options);
  };

type Target = {
  readonly policy: EgressPolicy;
  readonly url: URL;
  readonly host: string;
  readonly port: number;
  readonly address: string;
};

const send = ({ policy, url, host, port, address }: Target, options: FetchOptions): Promise<Response> => {
  const body = bytesOf(options.body);
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const call = request(
    {
      host: address,
      port,
      path: `${url.pathname}${url.search}`,
      method: options.method ?? 'GET',
      headers: {
        ...Object.fromEntries(new Headers(options.headers)),
        host: url.host,
        'content-length': body.length,
        connection: 'close',
      },
      agent: false,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(policy.https?.ca === undefined ? {} : { ca: policy.https.ca }),
      signal: AbortSignal.timeout(LIMITS.httpsSeconds * 1_000),
    },
    (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > LIMITS.httpsBodyBytesMax) response.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      response.once('error', reject);
      response.once('end', () => {
        const status = response.statusCode ?? 0;
        const headers = Object.entries(response.headers).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]);
        // A Response of these holds no body (Fetch, "null body status").
        const empty = [101, 204, 205, 304].includes(status);
        resolve(new Response(empty ? null : Buffer.concat(chunks), { status, headers }));
      });
    },
  );
  call.once('error', reject);
  call.end(body);
  return promise;
};

const bytesOf = (body: unknown): Buffer =>
  body === undefined || body === null
    ? Buffer.alloc(0)
    : body instanceof Uint8Array
      ? Buffer.from(body)
      : Buffer.from(String(body));

const refused = (detail: string): MailyardError => new MailyardError('imap.host-refused', detail);
