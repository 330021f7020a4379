/** The OpenAPI 3.1 document, derived from the route table. */
import { problemSchema } from '../problem.ts';
import { type Route, SCOPES, type Scope } from '../route.ts';
import { ROUTES } from '../routes.ts';
import { type JsonSchema, schemaCollector } from './json-schema.ts';
import { parametersOf, sharedParameters } from './parameters.ts';
import { problemResponses, responsesOf, SHARED_HEADERS } from './responses.ts';

export const API_VERSION = '1.0.0';

const TAGS: Readonly<Record<string, string>> = {
  accounts: 'Mail accounts: what their owner wrote, and how they are',
  mail: 'Folders and messages',
  activity: 'What rules did, with what the mail server showed for it',
  rules: 'Rules that file, flag and draft',
};

const DESCRIPTION = `Mail filed, flagged and drafted by rules on any IMAP account.

Send a token of your issuer as \`Authorization: Bearer ...\`; each operation names the scope it needs, with or without
\`mailyard/\` before it. The tenant comes from the token alone: what is another's does not exist for you.

Problems are RFC 9457 with a stable \`type\`, pointers to what is wrong, and the way out. Unknown fields are refused. Answers may grow new
fields: pass over what you do not know. To replace or delete, send the ETag you read as \`If-Match\`. Every POST takes an
\`Idempotency-Key\`. A list goes on with its \`nextCursor\`. On 409, 429 and 503 \`Retry-After\` says how long to wait; where the
gateway itself turns requests away with 429, wait a second.`;

export type OpenApiDocument = JsonSchema & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>;
};

export const openApiDocument = (routes: readonly Route[] = ROUTES): OpenApiDocument => {
  const { schemaOf, components } = schemaCollector();
  schemaOf(problemSchema, 'output');
  // All answers before all bodies: the collector sets a body apart that differs from what answers hold.
  const responses = new Map(routes.map((route) => [route.operationId, responsesOf(route, schemaOf)]));
  const operation = (route: Route): JsonSchema => ({
    operationId: route.operationId,
    summary: route.summary,
    tags: [tagOf(route.scope)],
    security: [{ token: [route.scope] }],
    parameters: parametersOf(route, schemaOf),
    ...(route.body === undefined ? {} : { requestBody: requestBody(route, schemaOf(route.body.schema, 'input')) }),
    responses: responses.get(route.operationId),
  });
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  const tags = [...new Set(routes.map(({ scope }) => tagOf(scope)))];
  return {
    openapi: '3.1.1',
    info: {
      title: 'Mailyard',
      version: API_VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'Where this document was read' }],
    tags: tags.map((name) => ({ name, description: TAGS[name] ?? name })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: `An access token of the deployment's issuer. Scopes: ${SCOPES.join(', ')}`,
        },
      },
      parameters: sharedParameters(routes),
      headers: SHARED_HEADERS,
      responses: problemResponses(routes),
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
};

const tagOf = (scope: Scope): string => scope.split(':')[0] ?? scope;

const requestBody = ({ example }: Route, schema: JsonSchema): JsonSchema => ({
  required: true,
  content: { 'application/json': { schema, ...(example?.body === undefined ? {} : { example: example.body }) } },
});
