/** What comes back: one success a route, and the problems by status, as components. */
import { ERROR_CODES } from '../../errors.ts';
import { REMEDIES } from '../../remedies.ts';
import { PROBLEM_TYPE, typeOf } from '../problem.ts';
import type { Route } from '../route.ts';
import { exampleAnswerOf } from './examples.ts';
import type { JsonSchema, schemaCollector } from './json-schema.ts';
import { codesWithStatus, problemsByStatus } from './route-problems.ts';

type SchemaOf = ReturnType<typeof schemaCollector>['schemaOf'];

const WORDS: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Taken on',
  204: 'Done; there is nothing to tell',
};

const header = (name: string): JsonSchema => ({ $ref: `#/components/headers/${name}` });

export const SHARED_HEADERS: Readonly<Record<string, JsonSchema>> = {
  RequestId: { description: 'The request, as our log knows it', required: true, schema: { type: 'string' } },
  ETag: {
    description: 'The revision of what the owner wrote; state and counters make no new one',
    required: true,
    schema: { type: 'string', pattern: '^"[0-9]+"$' },
  },
  Location: { description: 'Where the new thing is', required: true, schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait', required: false, schema: { type: 'integer', minimum: 0 } },
};

export const responsesOf = (route: Route, schemaOf: SchemaOf): Record<string, JsonSchema> => ({
  [route.successStatus]: successOf(route, schemaOf),
  ...Object.fromEntries(
    [...problemsByStatus(route).keys()].map((status) => [
      status,
      { $ref: `#/components/responses/${problemName(status)}` },
    ]),
  ),
});

const successOf = (route: Route, schemaOf: SchemaOf): JsonSchema => {
  const headers = {
    'X-Request-Id': header('RequestId'),
    ...(route.etag === true ? { ETag: header('ETag') } : {}),
    ...(route.successStatus === 201 ? { Location: header('Location') } : {}),
  };
  const description = WORDS[route.successStatus];
  if (route.successStatus === 204) return { description, headers };
  const example = exampleAnswerOf(route)?.body;
  return {
    description,
    headers,
    content: {
      'application/json': {
        schema: schemaOf(route.answer, 'output'),
        ...(example === undefined ? {} : { example }),
      },
    },
  };
};

const problemName = (status: number): string => `Problem${status}`;

/** For each status that a problem can have here: the codes that come with it, and the way out of each. */
export const problemResponses = (routes: readonly Route[]): Record<string, JsonSchema> => {
  const statuses = [...new Set(routes.flatMap((route) => [...problemsByStatus(route).keys()]))].sort((a, b) => a - b);
  return Object.fromEntries(statuses.map((status) => [problemName(status), problemResponse(status)]));
};

const problemResponse = (status: number): JsonSchema => {
  const codes = codesWithStatus(status);
  return {
    description: codes.map((code) => `- \`${code}\`: ${ERROR_CODES[code].title}. ${REMEDIES[code]}`).join('\n'),
    headers: {
      'X-Request-Id': header('RequestId'),
      ...(codes.some((code) => ERROR_CODES[code].retry) ? { 'Retry-After': header('RetryAfter') } : {}),
    },
    content: {
      [PROBLEM_TYPE]: {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { status: { const: status }, type: { enum: codes.map(typeOf) } } },
          ],
        },
      },
    },
  };
};
