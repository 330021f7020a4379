/** What a request holds and no route knows is a mistake, wherever in it, and never passed over. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openApiDocument } from '../../shared/api/openapi/document.ts';
import type { JsonSchema } from '../../shared/api/openapi/json-schema.ts';
import type { Route } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { type ApiUnderTest, assertProblem, pointersOf, startApi } from './api-under-test.ts';

const routes: readonly Route[] = ROUTES;

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.stop());

/** Pointers to every object within a value, its own first. */
const objectsIn = (value: unknown, pointer = ''): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, held]) => objectsIn(held, `${pointer}/${name}`));
  return Array.isArray(value) ? inner : [pointer, ...inner];
};

const withUnknown = (value: unknown, pointer: string): unknown => {
  const copy = structuredClone(value) as Record<string, unknown>;
  let place = copy;
  for (const name of pointer.split('/').slice(1)) place = place[name] as Record<string, unknown>;
  place['colour'] = 'red';
  return copy;
};

const ask = ({ operationId, method, path, body }: Route, sent: { query?: string; body?: unknown }) => {
  const url = path.replace(/\{\w+\}/g, 'x');
  const need = body === undefined ? {} : { body: {} };
  const headers = { 'If-Match': '*' };
  // A tenant for each, so that none is told to wait.
  return api.call(method, url, { tenant: operationId, headers, ...need, ...sent });
};

for (const route of routes) {
  test(`${route.operationId} knows its parameters and fields, and no others`, async () => {
    const refused = await ask(route, { query: 'colour=red' });
    assertProblem(refused, 'validation.failed', 422);
    assert.ok(pointersOf(refused).includes('colour'), refused.text);

    const { body } = route.example ?? {};
    assert.equal(body === undefined, route.body === undefined, 'an example of the body');
    for (const pointer of objectsIn(body)) {
      const answer = await ask(route, {
        body: withUnknown(body, pointer),
        query: new URLSearchParams(route.example?.query).toString(),
      });
      assertProblem(answer, 'validation.failed', 422);
      assert.ok(pointersOf(answer).includes(`${pointer}/colour`), answer.text);
    }
  });
}

test('nothing was written of all that', async () => assert.deepEqual(await api.items(), []));

test('in no body is there an object that takes what it does not know', () => {
  const document = openApiDocument();
  const open: string[] = [];
  const seen = new Set<string>();
  let objects = 0;
  const look = (schema: unknown, where: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const { $ref, properties, additionalProperties } = schema as JsonSchema;
    if (typeof $ref === 'string') {
      if (seen.has($ref)) return;
      seen.add($ref);
      const [, , kind = '', name = ''] = $ref.split('/');
      look(document.components[kind]?.[name], name);
      return;
    }
    if (properties !== undefined) objects += 1;
    if (properties !== undefined && additionalProperties !== false) open.push(where);
    for (const [name, held] of Object.entries(schema)) look(held, `${where}/${name}`);
  };
  for (const { operationId, path, method } of routes) {
    const operation = document.paths[path]?.[method.toLowerCase()];
    look((operation as JsonSchema | undefined)?.['requestBody'], operationId);
  }
  assert.ok(objects > 50 && seen.size > 0, `${objects} objects, ${[...seen].join(', ')}`);
  assert.deepEqual(open, []);
});
