/** Random values that a JSON Schema of the OpenAPI document allows. */
import fc from 'fast-check';
import type { OpenApiDocument } from '../../shared/api/openapi/document.ts';
import type { JsonSchema } from '../../shared/api/openapi/json-schema.ts';

type Node = {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema | false;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
};

const DEPTH_MAX = 6;
const ITEMS_MAX = 4;
const CHARS_MAX = 40;

/** Addresses alone: no name is ever asked of a name server. */
const HOSTS = ['127.0.0.1', '192.0.2.1', '203.0.113.9', '::1', '10.0.0.1'];

export const arbitraryOf = (document: OpenApiDocument, schema: JsonSchema, depth = 0): fc.Arbitrary<unknown> => {
  const node = schema as Node;
  const inner = (one: JsonSchema): fc.Arbitrary<unknown> => arbitraryOf(document, one, depth + 1);
  if (node.$ref !== undefined) {
    const [, , kind = '', name = ''] = node.$ref.split('/');
    return inner(document.components[kind]?.[name] ?? {});
  }
  if (node.const !== undefined) return fc.constant(node.const);
  if (node.enum !== undefined) return fc.constantFrom(...node.enum);
  const alternatives = node.anyOf ?? node.oneOf;
  if (alternatives !== undefined) {
    // Deep down only what does not go deeper still.
    const flat = alternatives.filter((one) => !JSON.stringify(one).includes('"$ref"'));
    return fc.oneof(...(depth > DEPTH_MAX && flat.length > 0 ? flat : alternatives).map(inner));
  }
  if (node.type === 'object') return objectOf(node, inner);
  if (node.type === 'array') return arrayOf(node, inner, depth);
  if (node.type === 'boolean') return fc.boolean();
  if (node.type === 'integer') return fc.integer({ min: node.minimum ?? -1_000, max: node.maximum ?? 2_000_000_000 });
  if (node.type === 'string') return stringOf(node);
  return fc.jsonValue({ maxDepth: 2 });
};

const objectOf = ({ properties = {}, required = [] }: Node, inner: (one: JsonSchema) => fc.Arbitrary<unknown>) =>
  fc.record(Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, inner(field)])), {
    requiredKeys: [...required],
  });

const arrayOf = (node: Node, inner: (one: JsonSchema) => fc.Arbitrary<unknown>, depth: number) => {
  if (node.prefixItems !== undefined) {
    const parts = node.prefixItems.map(inner);
    return fc
      .nat({ max: parts.length - (node.minItems ?? 0) })
      .chain((less) => fc.tuple(...parts.slice(0, parts.length - less)));
  }
  const minLength = node.minItems ?? 0;
  const maxLength = Math.min(
    node.maxItems ?? ITEMS_MAX,
    depth > DEPTH_MAX ? minLength : Math.max(ITEMS_MAX, minLength),
  );
  return fc.array(inner(typeof node.items === 'object' ? node.items : {}), { minLength, maxLength });
};

const stringOf = ({ format, pattern, minLength = 0, maxLength = CHARS_MAX }: Node): fc.Arbitrary<string> => {
  if (format === 'hostname') return fc.constantFrom(...HOSTS);
  if (format === 'date-time') {
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') })
      .map((date) => date.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
  const short = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, CHARS_MAX)) };
  return fc.oneof(
    fc.string({ ...short, unit: 'grapheme-ascii' }),
    fc.string({ minLength, maxLength: short.maxLength, unit: 'binary' }),
    fc
      .constantFrom('$seen', '{{sender.name}}', 'INBOX')
      .filter((text) => text.length >= minLength && text.length <= maxLength),
  );
};
