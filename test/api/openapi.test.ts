import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { openApiDocument } from '../../shared/api/openapi/document.ts';
import { exampleAnswerOf } from '../../shared/api/openapi/examples.ts';
import { PAGES } from '../../shared/api/pages.ts';
import { PUBLIC_PATHS } from '../../shared/api/public-paths.ts';
import type { Route } from '../../shared/api/route.ts';
import { ROUTES } from '../../shared/api/routes.ts';
import { undocumented } from '../support/documented.ts';
import { startApi } from './api-under-test.ts';
import { EXAMPLES_FILE, examplesText, OPENAPI_FILE, openApiFiles, recordExamples } from './golden.ts';

const routes: readonly Route[] = ROUTES;
const REWRITE = 'is not what the route table says; `npm run openapi` writes it anew';

const findings = async (text: string): Promise<string[]> => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: text, absoluteRef: OPENAPI_FILE, config });
  return problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`);
};

test('the document and its page in the repository are what the route table says', () => {
  for (const [file, text] of openApiFiles()) assert.ok(readFileSync(file, 'utf8') === text, `${file} ${REWRITE}`);
});

test('Redocly finds nothing, under its recommended rules and with warnings as errors', async () => {
  assert.deepEqual(await findings(readFileSync(OPENAPI_FILE, 'utf8')), []);
});

test('Redocly would find what is wrong', async () => {
  const document = structuredClone(openApiDocument()) as unknown as {
    paths: Record<string, Record<string, { security?: unknown; requestBody?: unknown }>>;
  };
  delete document.paths['/v1/rules']?.['get']?.security;
  const example = { content: { 'application/json': { schema: { type: 'string' }, example: 7 } } };
  Object.assign(document.paths['/v1/rules']?.['post'] ?? {}, { requestBody: example });
  const found = (await findings(JSON.stringify(document))).map((line) => line.split(':')[0]);
  assert.deepEqual(found.sort(), ['no-invalid-media-type-examples', 'security-defined']);
});

test('every example is answered as the document shows it, and as its schema says', async () => {
  const recorded = await recordExamples();
  assert.ok(readFileSync(EXAMPLES_FILE, 'utf8') === examplesText(recorded), `${EXAMPLES_FILE} ${REWRITE}`);
  for (const route of routes) {
    const { status, headers, body } = exampleAnswerOf(route) ?? { status: 0, headers: {} };
    assert.equal(status, route.successStatus, `${route.operationId}: ${JSON.stringify(body)}`);
    const sent = {
      ...headers,
      'x-request-id': 'recorded',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const text = body === undefined ? '' : JSON.stringify(body);
    assert.deepEqual(undocumented(route.operationId, route.method, { status, headers: sent, text }), []);
  }
});

test('an answer that is not documented is found', () => {
  const headers = { 'x-request-id': '1', 'content-type': 'application/json' };
  const get = (answer: object) =>
    undocumented('listRules', 'GET', { status: 200, headers, text: '{"rules":[]}', ...answer }).length;
  assert.equal(get({}), 0);
  assert.equal(get({ text: '{"rules":[],"secret":1}' }), 1);
  assert.equal(get({ text: '{}' }), 1);
  assert.equal(get({ status: 418 }), 1);
  assert.equal(get({ headers: { ...headers, etag: '"1"' } }), 1);
  assert.equal(get({ headers: { 'content-type': 'application/json' } }), 1);
  assert.equal(get({ headers: { ...headers, 'content-type': 'text/html' } }), 1);
});

test('what is told to everybody is what is served', () => {
  assert.deepEqual(Object.keys(PAGES).sort(), [...PUBLIC_PATHS].sort());
});

test('the document and the page are served to everybody, in every way they may be asked for', async () => {
  const api = await startApi();
  try {
    const document = await api.call('GET', '/openapi.json', { claims: null });
    assert.deepEqual([document.status, document.headers['content-type']], [200, 'application/json']);
    assert.equal(document.text, readFileSync(OPENAPI_FILE, 'utf8'));
    const page = await api.call('GET', '/docs', { claims: null });
    assert.match(page.text, /^<!doctype html>/);
    for (const { operationId } of routes) assert.ok(page.text.includes(`id="${operationId}"`), operationId);
    // Addresses are shown in examples; nothing is fetched from them.
    assert.doesNotMatch(page.text, /<script|<link|(src|href)=["']?https?:|url\(|@import/);
    const head = await api.call('HEAD', '/docs', { claims: null });
    assert.deepEqual([head.status, head.text, head.headers], [200, '', page.headers]);
    const options = await api.call('OPTIONS', '/docs', { claims: null });
    assert.deepEqual([options.status, options.headers['allow']], [204, 'GET, HEAD, OPTIONS']);
    const deleted = await api.call('DELETE', '/docs', { claims: null });
    assert.deepEqual([deleted.status, deleted.headers['allow']], [405, 'GET, HEAD, OPTIONS']);
  } finally {
    await api.stop();
  }
});
