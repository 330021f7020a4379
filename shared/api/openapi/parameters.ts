/** What stands in a route's path, behind its `?`, and in the headers it reads. */
import { LIMITS } from '../../limits.ts';
import { EXAMPLE_PARAMS } from '../example-params.ts';
import type { Route } from '../route.ts';
import type { JsonSchema, schemaCollector } from './json-schema.ts';

type SchemaOf = ReturnType<typeof schemaCollector>['schemaOf'];

export const paramNames = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');

export const parametersOf = (route: Route, schemaOf: SchemaOf): JsonSchema[] => [
  ...paramNames(route.path).map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ...queryParameters(route, schemaOf),
  ...(route.ifMatch === undefined ? [] : [{ $ref: '#/components/parameters/IfMatch' }]),
  ...(route.method === 'POST' ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
];

const queryParameters = ({ query, example }: Route, schemaOf: SchemaOf): JsonSchema[] => {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => {
    const shown = example?.query?.[name];
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema,
      ...(shown === undefined ? {} : { example: shown }),
    };
  });
};

/** The parameters that many routes share, by the name of their component. */
export const sharedParameters = (routes: readonly Route[]): Record<string, JsonSchema> => {
  const names = [...new Set(routes.flatMap(({ path }) => paramNames(path)))];
  return {
    ...Object.fromEntries(names.map((name) => [name, pathParameter(name)])),
    IfMatch: {
      name: 'If-Match',
      in: 'header',
      required: true,
      description: 'The ETag that was read, so that no change of another is overwritten; `*` for whatever is there',
      schema: { type: 'string' },
      example: '"1"',
    },
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: `Sent again with the same key within ${LIMITS.idempotencyHours} hours, the request is not carried out a second time and the same answer is given`,
      schema: { type: 'string', pattern: `^[!-~]{1,${LIMITS.idempotencyKeyCharsMax}}$` },
    },
  };
};

const pathParameter = (name: string): JsonSchema => {
  const example = EXAMPLE_PARAMS[name];
  if (example === undefined) throw new Error(`the path parameter ${name} has no example in example-params.ts`);
  return {
    name,
    in: 'path',
    required: true,
    description: 'Another text than an id of yours is answered with 404',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,256}$' },
    example,
  };
};
