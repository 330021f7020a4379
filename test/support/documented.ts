/** Whether an answer of the API is one that its OpenAPI document tells of: status, headers, and every field of the body. */
import { Ajv2020 as Ajv, type AnySchema, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { openApiDocument } from '../../shared/api/openapi/document.ts';
import type { JsonSchema } from '../../shared/api/openapi/json-schema.ts';
import { ROUTES } from '../../shared/api/routes.ts';

export type Answer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

type Response = {
  readonly headers?: Record<string, { readonly $ref: string }>;
  readonly content?: Record<string, { readonly schema: AnySchema }>;
};

/** Callers pass over new fields; here one that is not told of is a mistake. */
const closed = (value: unknown, inAllOf = false): unknown => {
  if (Array.isArray(value)) return value.map((one) => closed(one, inAllOf));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, held]) => [key, closed(held, key === 'allOf')]);
  const open = 'properties' in value && 'type' in value && !('additionalProperties' in value) && !inAllOf;
  return { ...Object.fromEntries(entries), ...(open ? { additionalProperties: false } : {}) };
};

const SCHEMA_ID = 'openapi';
const document = closed(openApiDocument()) as ReturnType<typeof openApiDocument>;
const ajv = new Ajv({ strict: false, allErrors: true });
(formats as unknown as (ajv: Ajv) => void)(ajv);
// The components alone: a document is no schema, but what is inside can be referred to.
ajv.addSchema({ $id: SCHEMA_ID, components: document.components });

const compiled = new Map<string, ValidateFunction>();

const validatorAt = (pointer: string, schema: AnySchema): ValidateFunction => {
  const known = compiled.get(pointer);
  if (known !== undefined) return known;
  const text = JSON.stringify(schema).replaceAll('"#/', `"${SCHEMA_ID}#/`);
  const made = ajv.compile(JSON.parse(text) as AnySchema);
  compiled.set(pointer, made);
  return made;
};

const inComponents = <Held>(ref: string): Held => {
  const [, , kind = '', name = ''] = ref.split('/');
  return document.components[kind]?.[name] as unknown as Held;
};

/** What is not as documented; empty when all is. `method` is as sent: HEAD is GET without its body. */
export const undocumented = (operationId: string, method: string, answer: Answer): string[] => {
  const route = ROUTES.find((one) => one.operationId === operationId);
  if (route === undefined) return [`there is no operation ${operationId}`];
  const operation = document.paths[route.path]?.[route.method.toLowerCase()];
  const responses = (operation?.['responses'] ?? {}) as Record<string, JsonSchema>;
  const told = responses[String(answer.status)];
  if (told === undefined) return [`${operationId} does not tell of ${answer.status}: ${answer.text}`];
  const at = `${operationId} ${answer.status}`;
  const { $ref } = told as { $ref?: string };
  const response = $ref === undefined ? (told as Response) : inComponents<Response>($ref);
  const problems = [...headerProblems(response, answer, at), ...bodyProblems(response, method, answer, at)];
  return problems;
};

const headerProblems = ({ headers = {} }: Response, answer: Answer, at: string): string[] => {
  const names = new Map(Object.entries(headers).map(([name, { $ref }]) => [name.toLowerCase(), $ref]));
  const missing = [...names].filter(
    ([name, ref]) => inComponents<{ required: boolean }>(ref).required && answer.headers[name] === undefined,
  );
  const untold = ['etag', 'location', 'retry-after'].filter((name) => name in answer.headers && !names.has(name));
  return [
    ...missing.map(([name]) => `${at} lacks the header ${name}`),
    ...untold.map((name) => `${at} has the header ${name}, which is not told of`),
  ];
};

const bodyProblems = ({ content }: Response, method: string, { headers, text }: Answer, at: string): string[] => {
  if (method === 'HEAD' || content === undefined) return text === '' ? [] : [`${at} has a body`];
  const [[type, { schema }] = ['', { schema: false as AnySchema }]] = Object.entries(content);
  if (headers['content-type'] !== type) return [`${at} is of type ${headers['content-type']}, not ${type}`];
  const validate = validatorAt(`${at} ${type}`, schema);
  if (validate(JSON.parse(text))) return [];
  return [`${at} is not as its schema says: ${ajv.errorsText(validate.errors)} in ${text.slice(0, 2_000)}`];
};
