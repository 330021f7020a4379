/** JSON Schemas (draft 2020-12, as OpenAPI 3.1 takes them) of the zod schemas in the route table; named ones become components. */
import * as z from 'zod';
import { actionSchema } from '../../rules/actions.ts';
import { filterSchema } from '../../rules/filter.ts';
import { ruleInputSchema } from '../../rules/rule.ts';
import { accountBodySchema } from '../account-body.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** `input`: as callers may send it; `output`: as answers hold it, with defaults filled in. */
export type Direction = 'input' | 'output';

const NAMES: readonly (readonly [z.ZodType, string])[] = [
  [filterSchema, 'Filter'],
  [actionSchema, 'Action'],
  [ruleInputSchema, 'RuleBody'],
  [accountBodySchema, 'AccountBody'],
];
for (const [schema, id] of NAMES) if (!z.globalRegistry.has(schema)) z.globalRegistry.add(schema, { id });

const REF = '#/$defs/';
const COMPONENT = '#/components/schemas/';

/** Turns schemas into JSON Schemas, and gathers what they name. Answers come first: where a body differs, it is set apart. */
export const schemaCollector = () => {
  const raw = { output: new Map<string, JsonSchema>(), input: new Map<string, JsonSchema>() };
  const components = new Map<string, JsonSchema>();

  const differs = (name: string, seen = new Set<string>()): boolean => {
    const [input, output] = [raw.input.get(name), raw.output.get(name)];
    if (input === undefined || output === undefined || seen.has(name)) return false;
    seen.add(name);
    return !isSame(input, output) || refsIn(input).some((inner) => differs(inner, seen));
  };

  const schemaOf = (schema: z.ZodType, direction: Direction): JsonSchema => {
    const {
      $schema: _,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, {
      io: direction,
      target: 'draft-2020-12',
      override: simplify,
    }) as JsonSchema;
    const definitions = Object.entries($defs as Record<string, JsonSchema>);
    for (const [name, { id: _id, ...definition }] of definitions) raw[direction].set(name, definition);
    const nameOf = (name: string) => (direction === 'input' && differs(name) ? `${name}Input` : name);
    for (const [name, { id: _id, ...definition }] of definitions) {
      components.set(nameOf(name), withRefs(definition, nameOf));
    }
    return withRefs(root, nameOf);
  };

  return { schemaOf, components };
};

const isSame = (a: JsonSchema, b: JsonSchema): boolean => JSON.stringify(a) === JSON.stringify(b);

const refsIn = (schema: JsonSchema): string[] =>
  [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name ?? '');

const withRefs = (schema: JsonSchema, nameOf: (name: string) => string): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' && value.startsWith(REF)
      ? `${COMPONENT}${nameOf(value.slice(REF.length))}`
      : value,
  ) as JsonSchema;

/** What would only be noise to a reader: bounds of JavaScript, a pattern that the format says already. */
const simplify = ({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Record<string, unknown> }) => {
  if (jsonSchema['maximum'] === Number.MAX_SAFE_INTEGER) delete jsonSchema['maximum'];
  if (jsonSchema['minimum'] === Number.MIN_SAFE_INTEGER) delete jsonSchema['minimum'];
  if (jsonSchema['format'] === 'date-time') delete jsonSchema['pattern'];
  const { oneOf } = jsonSchema as { oneOf?: readonly Record<string, unknown>[] };
  if (oneOf?.length === 1) {
    delete jsonSchema['oneOf'];
    Object.assign(jsonSchema, oneOf[0]);
  }
  const { def } = zodSchema._zod;
  // Answers may grow: only what owners write is closed.
  if (def.type === 'object' && def.catchall === undefined) delete jsonSchema['additionalProperties'];
};
