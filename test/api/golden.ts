/** What is generated and kept in the repository: the OpenAPI document with its recorded examples, and its page. */
import path from 'node:path';
import { docsPage } from '../../shared/api/openapi/docs-page.ts';
import { openApiDocument } from '../../shared/api/openapi/document.ts';
import { openApiText } from '../../shared/api/openapi/document-text.ts';
import type { ExampleAnswer, Route } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { callExample, startExampleWorld } from './example-world.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
export const EXAMPLES_FILE = path.join(ROOT, 'shared/api/openapi/example-answers.json');
export const OPENAPI_FILE = path.join(ROOT, 'docs/openapi.json');
export const PAGE_FILE = path.join(ROOT, 'docs/api.html');

export const openApiFiles = (): ReadonlyMap<string, string> =>
  new Map([
    [OPENAPI_FILE, openApiText()],
    [PAGE_FILE, docsPage(openApiDocument())],
  ]);

/** Sends every route's example to the real handlers. */
export const recordExamples = async (): Promise<Record<string, ExampleAnswer>> => {
  const world = await startExampleWorld();
  try {
    const recorded: Record<string, ExampleAnswer> = {};
    for (const route of ROUTES as readonly Route[]) {
      if (route.example?.answer !== undefined) {
        recorded[route.operationId] = route.example.answer;
        continue;
      }
      const { status, headers, text } = await callExample(world, route);
      const { etag, location } = headers;
      recorded[route.operationId] = {
        status,
        headers: { ...(etag === undefined ? {} : { etag }), ...(location === undefined ? {} : { location }) },
        ...(text === '' ? {} : { body: JSON.parse(text) as unknown }),
      };
    }
    return recorded;
  } finally {
    await world.stop();
  }
};

export const examplesText = (recorded: Record<string, ExampleAnswer>): string =>
  `${JSON.stringify(recorded, null, 2)}\n`;
