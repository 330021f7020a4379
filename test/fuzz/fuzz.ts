/**
 * Random requests for every operation of the OpenAPI document, sent to the real handlers over the embedded database and a mail
 * server. Nothing may answer with 5xx, or with what the document does not tell of.
 */
import fc from 'fast-check';
import { EXAMPLE_PARAMS } from '../../shared/api/example-params.ts';
import { matchRoute } from '../../shared/api/match-route.ts';
import { openApiDocument } from '../../shared/api/openapi/document.ts';
import { type Route, SCOPES } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { type Answered, invoke } from '../api/api-under-test.ts';
import { exampleRequest, startExampleWorld } from '../api/example-world.ts';
import { mutated } from './mutate.ts';
import { type FuzzRequest, requestArbitrary, type Word } from './request-arbitrary.ts';

export type FuzzReport = {
  readonly requests: number;
  /** By operation, how often each status came. */
  readonly statuses: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly failures: readonly { readonly request: FuzzRequest; readonly what: string }[];
};

/**
 * After so many requests a new tenant begins on a new mail server, as what was there may all be deleted by then. Its first request
 * is the documentation's own, of another operation each time, so that each is sure to be done.
 */
const REQUESTS_PER_TENANT = 16;
const FAILURES_MAX = 10;

const routes: readonly Route[] = ROUTES;

export const fuzzApi = async (requests: number, seed: number): Promise<FuzzReport> => {
  const world = await startExampleWorld({ throttle: { take: () => true } });
  const document = openApiDocument();
  const statuses = new Map(routes.map(({ operationId }) => [operationId, new Map<number, number>()]));
  const failures: { request: FuzzRequest; what: string }[] = [];
  const each = routes.map((route) => requestArbitrary(document, route));
  try {
    let tenant = 'fuzz-0';
    let server = await world.settle(tenant);
    let pools = newPools();
    for (let sent = 0; sent < requests && failures.length < FAILURES_MAX; sent += 1) {
      if (sent > 0 && sent % REQUESTS_PER_TENANT === 0) {
        tenant = `fuzz-${sent}`;
        await world.leave(server);
        server = await world.settle(tenant);
        pools = newPools();
      }
      const isFirst = sent % REQUESTS_PER_TENANT === 0;
      const index = (isFirst ? sent / REQUESTS_PER_TENANT : sent) % routes.length;
      const [route, arbitrary] = [routes[index] as Route, each[index] as fc.Arbitrary<FuzzRequest>];
      const [random] = fc.sample(arbitrary, { seed: seed + sent, numRuns: 1 }) as [FuzzRequest];
      const request = isFirst ? exampleOf(route) : random;
      const real = exampleRequest(world, route, server);
      try {
        const answer = await send(world.handlers, route, request, tenant, pools, real.body);
        const counts = statuses.get(route.operationId);
        counts?.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
        if (answer.status >= 500) failures.push({ request, what: `${answer.status} ${answer.text}` });
        learn(pools, answer);
      } catch (error) {
        failures.push({ request, what: error instanceof Error ? error.message : String(error) });
      }
    }
    const count = [...statuses.values()].reduce(
      (sum, counts) => sum + [...counts.values()].reduce((a, b) => a + b, 0),
      0,
    );
    return { requests: count, statuses, failures };
  } finally {
    await world.stop();
  }
};

const exampleOf = ({ operationId, method, path, example }: Route): FuzzRequest => ({
  operationId,
  method,
  params: Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name ?? '', { pool: 0 }])),
  query: Object.entries(example?.query ?? {}).map(([name, text]) => [name, { text }] as const),
  headers: { 'If-Match': '*' },
  body: example?.body === undefined ? 'none' : { example: [] },
  scopes: SCOPES,
});

/** Ids by the name of the parameter that takes them, and cursors. */
type Pools = Map<string, string[]>;
const newPools = (): Pools => new Map(Object.entries(EXAMPLE_PARAMS).map(([name, id]) => [name, [id]]));

const textOf = (word: Word, pool: readonly string[] | undefined): string =>
  'text' in word ? word.text : (pool?.[word.pool % pool.length] ?? '');

const send = async (
  handlers: Awaited<ReturnType<typeof startExampleWorld>>['handlers'],
  route: Route,
  request: FuzzRequest,
  tenant: string,
  pools: Pools,
  example: unknown,
): Promise<Answered> => {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(textOf(request.params[name] ?? { text: '' }, pools.get(name))),
  );
  const query = new URLSearchParams(
    request.query.map(([name, value]): [string, string] => [name, textOf(value, pools.get(name))]),
  );
  const { method, headers, scopes, body } = request;
  const handler = matchRoute(method, path)?.opensMailbox === true ? handlers.mail : handlers.api;
  return await invoke(handler, method, path, {
    claims: scopes === null ? null : { sub: tenant, scope: scopes.join(' ') },
    query: query.toString(),
    headers,
    ...(body === 'none'
      ? {}
      : {
          body: 'raw' in body ? body.raw : JSON.stringify('json' in body ? body.json : mutated(example, body.example)),
        }),
  });
};

const POOL_MAX = 30;

/** What an answer names can be asked for. */
const learn = (pools: Pools, { json, status, headers }: Answered): void => {
  const add = (name: string, value: unknown): void => {
    const pool = pools.get(name) ?? [];
    if (typeof value === 'string' && pool.length < POOL_MAX) pools.set(name, [...pool, value]);
  };
  if (status >= 300) return;
  add('cursor', json['nextCursor']);
  add('since', json['newState']);
  const [, kind, id] = /^\/v1\/(\w+)s\/([^/]+)$/.exec(headers['location'] ?? '') ?? [];
  if (kind !== undefined) add(`${kind}Id`, id);
};
