/** Random requests for one operation: right ones, nearly right ones, and rubbish. */
import fc from 'fast-check';
import type { OpenApiDocument } from '../../shared/api/openapi/document.ts';
import type { JsonSchema } from '../../shared/api/openapi/json-schema.ts';
import { type Route, SCOPES } from '../../shared/api/route.ts';
import { arbitraryOf } from './schema-arbitrary.ts';

/** `pool`: the n-th of the ids (or cursors) that are known when it is sent. */
export type Word = { readonly pool: number } | { readonly text: string };

export type FuzzRequest = {
  readonly operationId: string;
  readonly method: string;
  readonly params: Readonly<Record<string, Word>>;
  readonly query: readonly (readonly [name: string, value: Word])[];
  readonly headers: Readonly<Record<string, string>>;
  /** `example` stands for the documentation's, with the real mail server in it. */
  readonly body:
    | 'none'
    | { readonly example: readonly Mutation[] }
    | { readonly json: unknown }
    | { readonly raw: string };
  readonly scopes: readonly string[] | null;
};

/** What is done to a value somewhere inside a body; `at` picks the place. */
export type Mutation = { readonly at: number; readonly put?: unknown; readonly unknownName?: string };

const rubbish = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, '', -1, 1e300, [], {}, 'a b', '-', '\u0000', 'x'.repeat(3_000), {
    __proto__: null,
    constructor: 1,
  }),
);

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ at: fc.nat({ max: 40 }), put: rubbish }),
  fc.record({ at: fc.nat({ max: 40 }) }),
  fc.record({ at: fc.nat({ max: 40 }), unknownName: fc.constantFrom('colour', '__proto__', 'constructor', '', 'id') }),
);

const word = (valid: fc.Arbitrary<string>): fc.Arbitrary<Word> =>
  fc.oneof(
    { weight: 20, arbitrary: fc.nat({ max: 20 }).map((pool) => ({ pool })) },
    { weight: 2, arbitrary: valid.map((text) => ({ text })) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }).map((text) => ({ text })) },
  );

const ID = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

export const requestArbitrary = (document: OpenApiDocument, route: Route): fc.Arbitrary<FuzzRequest> => {
  const operation = document.paths[route.path]?.[route.method.toLowerCase()] as {
    readonly parameters: readonly {
      readonly in?: string;
      readonly name: string;
      readonly required: boolean;
      readonly schema: JsonSchema;
    }[];
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  };
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
  const schema = operation.requestBody?.content['application/json']?.schema;
  return fc.record<FuzzRequest>({
    operationId: fc.constant(route.operationId),
    method: fc.oneof(
      { weight: 18, arbitrary: fc.constant(route.method) },
      { weight: 1, arbitrary: fc.constantFrom('HEAD', 'OPTIONS', 'PATCH', 'DELETE') },
    ),
    params: fc.record(Object.fromEntries(names.map((name) => [name, word(ID)]))),
    query: queryOf(
      document,
      operation.parameters.filter((one) => one.in === 'query'),
      route,
    ),
    headers: headersOf(schema !== undefined),
    body: bodyOf(document, schema, route),
    scopes: fc.oneof(
      { weight: 18, arbitrary: fc.constant(SCOPES) },
      { weight: 1, arbitrary: fc.subarray([...SCOPES]) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
  });
};

const queryOf = (
  document: OpenApiDocument,
  parameters: readonly { readonly name: string; readonly required: boolean; readonly schema: JsonSchema }[],
  { example }: Route,
): fc.Arbitrary<FuzzRequest['query']> => {
  const each = parameters.map(({ name, required, schema }) => {
    const valid = fc.oneof(
      arbitraryOf(document, schema).map(String),
      ...(example?.query?.[name] === undefined ? [] : [fc.constant(example.query[name])]),
    );
    const value =
      name === 'cursor'
        ? word(valid)
        : fc.oneof(
            { weight: 8, arbitrary: valid.map((text) => ({ text })) },
            { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }).map((text) => ({ text })) },
          );
    return fc
      .option(value, { nil: undefined, freq: required ? 20 : 1 })
      .map((held) => (held === undefined ? [] : [[name, held] as const]));
  });
  const strange = fc.array(
    fc.tuple(
      fc.string({ maxLength: 8 }),
      fc.string({ maxLength: 8 }).map((text) => ({ text })),
    ),
    {
      maxLength: 1,
    },
  );
  const extra = fc.oneof({ weight: 15, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: strange });
  return fc.tuple(fc.tuple(...each), extra).map(([known, more]) => [...known.flat(), ...more]);
};

const headersOf = (hasBody: boolean): fc.Arbitrary<Record<string, string>> =>
  fc.record(
    {
      'If-Match': fc.constantFrom('*', '*', '"1"', '"2"', 'W/"1"', '"1", "2"', '1', '', '"é"'),
      'Idempotency-Key': fc.oneof(fc.stringMatching(/^k[0-9]$/), fc.constantFrom('a b', '', 'x'.repeat(300))),
      'Content-Type': fc.oneof(
        { weight: 20, arbitrary: fc.constant('application/json') },
        { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/json; charset=latin1', '', 'é') },
      ),
    },
    { requiredKeys: hasBody ? ['Content-Type'] : [] },
  );

const bodyOf = (
  document: OpenApiDocument,
  schema: JsonSchema | undefined,
  route: Route,
): fc.Arbitrary<FuzzRequest['body']> => {
  const raw = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => ({ raw: text })),
    fc.constant({ raw: `${'['.repeat(3_000)}` }),
    fc.jsonValue({ maxDepth: 4 }).map((json) => ({ json })),
  );
  if (schema === undefined)
    return fc.oneof({ weight: 12, arbitrary: fc.constant('none' as const) }, { weight: 1, arbitrary: raw });
  const json = arbitraryOf(document, schema).map((value) => ({ json: value }));
  const example = (max: number) => fc.array(mutation, { maxLength: max }).map((mutations) => ({ example: mutations }));
  if (route.example?.body === undefined) return fc.oneof({ weight: 6, arbitrary: json }, { weight: 1, arbitrary: raw });
  return fc.oneof(
    { weight: 6, arbitrary: json },
    { weight: 3, arbitrary: example(0) },
    { weight: 5, arbitrary: example(3) },
    { weight: 1, arbitrary: raw },
    { weight: 1, arbitrary: fc.constant('none' as const) },
  );
};
