/** The OpenAPI document as a page to read: HTML alone, no script, nothing loaded from elsewhere. */
import type { OpenApiDocument } from './document.ts';
import type { JsonSchema } from './json-schema.ts';

export const docsPage = (document: OpenApiDocument): string => {
  const { info, tags } = document as unknown as {
    info: { title: string; version: string; description: string };
    tags: readonly { name: string; description: string }[];
  };
  const operations = operationsOf(document);
  const sections = tags.map(({ name, description }) => {
    const some = operations.filter((operation) => operation.tag === name);
    return `<section><h2 id="${name}">${name}</h2><p>${text(description)}</p>${some.map(operationHtml(document)).join('')}</section>`;
  });
  const { schemas = {}, responses = {} } = document.components;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)} API</title><style>${STYLE}</style></head><body>
<nav><strong>${escaped(info.title)} API</strong><ul>${operations
    .map(({ id }) => `<li><a href="#${id}">${id}</a></li>`)
    .join('')}</ul><ul><li><a href="#problems">Problems</a></li><li><a href="#schemas">Schemas</a></li></ul></nav>
<main><h1>${escaped(info.title)} API ${escaped(info.version)}</h1>
${info.description
  .split('\n\n')
  .map((paragraph) => `<p>${text(paragraph)}</p>`)
  .join('\n')}
<p>The same for programs: <a href="openapi.json">openapi.json</a>.</p>
${sections.join('\n')}
<section><h2 id="problems">Problems</h2>${Object.entries(responses).map(problemHtml).join('')}</section>
<section><h2 id="schemas">Schemas</h2>${Object.entries(schemas)
    .map(([name, schema]) => `<h3 id="schema-${name}">${name}</h3>${schemaHtml(schema)}`)
    .join('')}</section>
</main></body></html>
`;
};

type Operation = {
  readonly id: string;
  readonly tag: string;
  readonly method: string;
  readonly path: string;
  readonly operation: JsonSchema;
};

const operationsOf = ({ paths }: OpenApiDocument): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: String(operation['operationId']),
      tag: String((operation['tags'] as string[])[0]),
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );

const operationHtml =
  (document: OpenApiDocument) =>
  ({ id, method, path, operation }: Operation): string => {
    const [needs] = operation['security'] as { token: string[] }[];
    const parameters = (operation['parameters'] as JsonSchema[]).map((one) => resolved(document, one));
    const body = operation['requestBody'] as JsonSchema | undefined;
    const rows = parameters.map(
      ({ name, in: where, required, description, schema }) =>
        `<tr><td><code>${escaped(String(name))}</code></td><td>${where}${required === true ? ', required' : ''}</td><td>${schemaLine(
          schema as JsonSchema,
        )}</td><td>${text(String(description ?? ''))}</td></tr>`,
    );
    const answers = Object.entries(operation['responses'] as Record<string, JsonSchema>);
    return `<article id="${id}"><h3><b class="${method}">${method}</b> <code>${escaped(path)}</code></h3>
<p>${text(String(operation['summary']))}. Scope <code>${needs?.token[0] ?? ''}</code>.</p>
${rows.length === 0 ? '' : `<table>${rows.join('')}</table>`}
${body === undefined ? '' : `<h4>Body</h4>${contentHtml(body)}`}
${answers.map(([status, answer]) => answerHtml(status, answer)).join('')}</article>`;
  };

const answerHtml = (status: string, answer: JsonSchema): string => {
  const { $ref } = answer as { $ref?: string };
  if ($ref !== undefined) return ` <a class="status" href="#${lastOf($ref)}">${status}</a>`;
  const headers = Object.keys((answer['headers'] ?? {}) as object).filter((name) => name !== 'X-Request-Id');
  const told = headers.length === 0 ? '' : ` with ${headers.map((name) => `<code>${name}</code>`).join(', ')}`;
  return `<h4>${status} ${text(String(answer['description']))}${told}</h4>${contentHtml(answer)}<h4>Problems</h4>`;
};

const contentHtml = ({ content }: JsonSchema): string =>
  Object.values((content ?? {}) as Record<string, { schema: JsonSchema; example?: unknown }>)
    .map(
      ({ schema, example }) =>
        `${schemaHtml(schema)}${example === undefined ? '' : `<pre>${escaped(JSON.stringify(example, null, 2))}</pre>`}`,
    )
    .join('');

const problemHtml = ([name, response]: [string, JsonSchema]): string => {
  const lines = String(response['description']).split('\n');
  const items = lines.map((line) => `<li>${text(line.replace(/^- /, ''))}</li>`);
  return `<h3 id="${name}">${name.replace('Problem', '')}</h3><ul>${items.join('')}</ul>`;
};

/** A table of an object's fields, or one line. */
const schemaHtml = (schema: JsonSchema): string => {
  const { properties, required = [] } = schema as { properties?: Record<string, JsonSchema>; required?: string[] };
  const about = schema['description'] === undefined ? '' : `<p>${text(String(schema['description']))}</p>`;
  if (properties === undefined) return `${about}<p>${schemaLine(schema)}</p>`;
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      `<tr><td><code>${escaped(name)}</code></td><td>${required.includes(name) ? 'always' : ''}</td><td>${schemaLine(field)}</td><td>${text(
        String(field['description'] ?? ''),
      )}</td></tr>`,
  );
  return `${about}<table>${rows.join('')}</table>`;
};

/** `list of Rule`, `"off" or "live"`, `integer, 1 to 200`. */
const schemaLine = (schema: JsonSchema): string => {
  const {
    $ref,
    const: only,
    enum: values,
    items,
    anyOf,
    oneOf,
    properties,
  } = schema as {
    readonly $ref?: string;
    readonly const?: unknown;
    readonly enum?: readonly unknown[];
    readonly items?: JsonSchema | false;
    readonly anyOf?: readonly JsonSchema[];
    readonly oneOf?: readonly JsonSchema[];
    readonly properties?: Readonly<Record<string, JsonSchema>>;
  };
  if ($ref !== undefined) return `<a href="#schema-${lastOf($ref)}">${lastOf($ref)}</a>`;
  if (only !== undefined) return `<code>${escaped(JSON.stringify(only))}</code>`;
  if (values !== undefined) return values.map((one) => `<code>${escaped(String(one))}</code>`).join(' ');
  if (typeof items === 'object') return `list of ${schemaLine(items)}`;
  const alternatives = anyOf ?? oneOf;
  if (alternatives !== undefined) return alternatives.map(schemaLine).join(' or ');
  if (properties === undefined) return `${String(schema['type'] ?? 'anything')}${boundsOf(schema)}`;
  const fields = Object.entries(properties);
  return `{ ${fields.map(([name, field]) => `<code>${escaped(name)}</code>: ${schemaLine(field)}`).join(', ')} }`;
};

const boundsOf = (schema: JsonSchema): string =>
  ['format', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'default']
    .filter((name) => schema[name] !== undefined)
    .map((name) => `, ${name} <code>${escaped(JSON.stringify(schema[name]))}</code>`)
    .join('');

const resolved = (document: OpenApiDocument, one: JsonSchema): JsonSchema => {
  const { $ref } = one as { $ref?: string };
  return $ref === undefined ? one : (document.components['parameters']?.[lastOf($ref)] ?? one);
};

const lastOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);

const escaped = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Prose, with `code`. */
const text = (value: string): string => escaped(value).replace(/`([^`]+)`/g, '<code>$1</code>');

const STYLE = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0;display:grid;grid-template-columns:14rem minmax(0,1fr)}
nav{padding:1rem;position:sticky;top:0;height:100vh;box-sizing:border-box;overflow:auto;border-right:1px solid #8884}
nav ul{list-style:none;padding:0}main{padding:1rem 2rem;max-width:60rem}
article{border-top:1px solid #8884;padding:.5rem 0}table{border-collapse:collapse;width:100%}
td{border-bottom:1px solid #8883;padding:.2rem .5rem;vertical-align:top;overflow-wrap:anywhere}
pre{background:#8882;padding:.7rem;overflow:auto}code{font:.9em ui-monospace,monospace}
h3 b{font:.8em ui-monospace,monospace;padding:.1rem .4rem;border-radius:.2rem;background:#8883}
a.status{margin-right:.4rem}@media(max-width:45rem){body{display:block}nav{position:static;height:auto}}
`;
