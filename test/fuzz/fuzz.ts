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
import { exampleRequest, needsPerson, startExampleWorld } from '../api/example-world.ts';
import { mutated } from './mutate.ts';
import { type FuzzRequest, requestArbitrary, type Word } from './request-arbitrary.ts';

const routes: readonly Route[] = ROUTES;

export type FuzzReport = {
  readonly requests: number;
  /** By operation, how often each status came. */
  readonly statuses: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly failures: readonly { readonly request: FuzzRequest; readonly what: string }[];
};

/** Requests until a new tenant begins on a new mail server, as what was there may all be deleted by then. */
export const REQUESTS_PER_TENANT = 16;
/** Once each operation began a tenant, every other one lives longer: long histories too, at a fraction of the cost. */
const REQUESTS_PER_LONG_TENANT = 128;
const FAILURES_MAX = 10;

/** How many requests each tenant is asked. */
const tenancies = (requests: number): number[] => {
  const lengths: number[] = [];
  for (let left = requests; left > 0; left -= lengths.at(-1) ?? left) {
    const isShort = lengths.length < routes.length || lengths.length % 2 === 0;
    lengths.push(Math.min(left, isShort ? REQUESTS_PER_TENANT : REQUESTS_PER_LONG_TENANT));
  }
  return lengths;
};

/** A tenant's first request is the documentation's own, of another operation each time, so that each is sure to be done. */
export const fuzzApi = async (requests: number, seed: number): Promise<FuzzReport> => {
  const world = await startExampleWorld({ throttle: { take: () => true } });
  const document = openApiDocument();
  const statuses = new Map(routes.map(({ operationId }) => [operationId, new Map<number, number>()]));
  const failures: { request: FuzzRequest; what: string }[] = [];
  const each = routes.map((route) => requestArbitrary(document, route));
  let sent = 0;
  try {
    for (const [n, length] of tenancies(requests).entries()) {
      if (failures.length >= FAILURES_MAX) break;
      const tenant = `fuzz-${n}`;
      const server = await world.settle(tenant);
      const pools = newPools();
      for (let i = 0; i < length; i += 1) {
        const index = (i === 0 ? n : sent) % routes.length;
        const [route, arbitrary] = [routes[index] as Route, each[index] as fc.Arbitrary<FuzzRequest>];
        const [random] = fc.sample(arbitrary, { seed: seed + sent, numRuns: 1 }) as [FuzzRequest];
        const request = i === 0 ? exampleOf(route) : random;
        const real = exampleRequest(world, route, server);
        sent += 1;
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
      await world.leave(server);
    }
    return { requests: sent, statuses, failures };
  } finally {
    await world.stop();
  }
};

/** Operations that were answered in fewer ways: random requests did not get far into them. */
export const shallow = ({ statuses }: FuzzReport, statusesMin: number): string[] =>
  routes.flatMap((route) => {
    const counts = statuses.get(route.operationId) ?? new Map<number, number>();
    const isDone = counts.has(route.successStatus) || needsPerson(route);
    return isDone && counts.size >= statusesMin ? [] : [`${route.operationId}: ${[...counts.keys()].join(', ')}`];
  });

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
