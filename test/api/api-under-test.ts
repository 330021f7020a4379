/** The API's two handlers over the embedded database, called as the gateway calls them. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Context } from 'aws-lambda';
import { type ApiHandler, apiHandler } from '../../shared/api/handler.ts';
import { MAILBOX_OPERATIONS } from '../../shared/api/mailbox-operations.ts';
import { matchRoute } from '../../shared/api/match-route.ts';
import { PAGES } from '../../shared/api/pages.ts';
import { SCOPES } from '../../shared/api/route.ts';
import type { ApiEvent } from '../../shared/api/serve.ts';
import { STORE_OPERATIONS } from '../../shared/api/store-operations.ts';
import type { CheckMessage } from '../../shared/service/deps.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import { newId } from '../../shared/service/new-id.ts';
import type { Account } from '../../shared/store/accounts.ts';
import { putNewAccount } from '../../shared/store/accounts.ts';
import { createHead } from '../../shared/store/head.ts';
import type { Table } from '../../shared/store/table.ts';
import { USUAL_SCHEDULE } from '../../shared/sync/schedule.ts';
import { makeKeyPair } from '../../shared/vault/key-pair.ts';
import { vaultOf } from '../../shared/vault/vault.ts';
import { watch } from '../support/canary.ts';
import { undocumented } from '../support/documented.ts';
import { startTable } from '../support/dynalite.ts';
import { watchedVault } from '../support/watched-vault.ts';

export type Call = {
  readonly tenant?: string;
  readonly claims?: Readonly<Record<string, unknown>> | null;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string or bytes as they are. */
  readonly body?: unknown;
};
export type Answered = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: Json;
};
/** A parsed answer to look into: each step may be there or not, and is compared, never trusted. */
export type Json = { readonly [name: string]: Json | undefined };

/** The list of that name in an answer. */
export const listed = (answer: Answered, name: string): readonly Json[] => {
  const rows: unknown = answer.json[name];
  if (!Array.isArray(rows)) throw new Error(`no list ${name} in ${answer.text}`);
  return rows;
};

export const pointersOf = (answer: Answered): string[] =>
  listed(answer, 'errors')
    .map((error) => String(error['pointer']))
    .sort();

/** Throws unless the answer is that problem, in the form that every problem has. */
export const assertProblem = (answer: Answered, code: string, status: number): void => {
  const { type, status: told, title, instance } = answer.json;
  assert.deepEqual(
    { type, told, status: answer.status, media: answer.headers['content-type'], instance },
    {
      type: `urn:mailyard:problem:${code}`,
      told: status,
      status,
      media: 'application/problem+json',
      instance: 'urn:mailyard:request:request-1',
    },
    answer.text,
  );
  assert.equal(typeof title, 'string');
};
export const REQUEST_KEY = async () => Buffer.alloc(32, 'request-key');

export type ApiUnderTest = Awaited<ReturnType<typeof startApi>>;

export const startApi = async (change: Partial<MailboxDeps> = {}) => {
  const { table, stop } = await startTable();
  const { publicJwk, privateJwk } = await makeKeyPair();
  const vault = watchedVault(vaultOf({ publicKey: async () => publicJwk, privateKey: async () => privateJwk }));
  const logged: string[] = [];
  const write =
    (level: string) =>
    (...parts: unknown[]): void => {
      watch('log', parts.slice(0, 2));
      if (parts[2] !== undefined) watch('error', parts[2]);
      logged.push(`${level} ${inspect(parts, { depth: 12, showHidden: true })}`);
    };
  const checks: CheckMessage[] = [];
  const deps: MailboxDeps = {
    table,
    now: Date.now,
    newId,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    sendChecks: async (messages) => {
      watch('queue', messages);
      checks.push(...messages);
    },
    sealer: vault,
    schedule: USUAL_SCHEDULE,
    vault,
    egress: { ports: 'any', allows: () => true },
    deadline: () => Date.now() + 25_000,
    ...change,
  };
  const handlers = {
    api: apiHandler({ operations: STORE_OPERATIONS, depsOf: () => deps, requestKey: REQUEST_KEY, pages: PAGES }),
    mail: apiHandler({ operations: MAILBOX_OPERATIONS, depsOf: () => deps, requestKey: REQUEST_KEY }),
  };
  const call = async (method: string, path: string, options: Call = {}): Promise<Answered> => {
    const handler = matchRoute(method, path)?.opensMailbox === true ? handlers.mail : handlers.api;
    return await invoke(handler, method, path, options);
  };
  return { table, deps, handlers, call, logged, checks, stop, items: () => allItems(table) };
};

const MAKE_SECRETS: ReadonlySet<string> = new Set(['createWebhook', 'rotateWebhookSecret']);

export const invoke = async (
  handler: ApiHandler,
  method: string,
  path: string,
  options: Call = {},
): Promise<Answered> => {
  const result = await handler(eventOf(method, path, options), { awsRequestId: 'test' } as Context);
  const text = result.body ?? '';
  const route = matchRoute(method, path);
  // The answers that show a secret are for whoever asked for one.
  const isMade = MAKE_SECRETS.has(route?.operationId ?? '') && (result.statusCode ?? 0) < 300;
  watch('answer', [result.headers, isMade ? text.replace(/"secret":"[^"]+"/, '') : text]);
  const headers = Object.fromEntries(
    Object.entries(result.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const status = result.statusCode ?? 0;
  // Whatever a test asks for, what comes back is what the documentation tells of.
  if (route !== undefined) assert.deepEqual(undocumented(route.operationId, method, { status, headers, text }), []);
  const isJson = /json$/.test(headers['content-type'] ?? '') && text !== '';
  return { status, headers, text, json: isJson ? JSON.parse(text) : {} };
};

export const eventOf = (method: string, path: string, options: Call = {}): ApiEvent => {
  const {
    tenant = 'acme',
    claims = { sub: tenant, scope: SCOPES.join(' ') },
    query = '',
    headers = {},
    body,
  } = options;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const text = body === undefined ? undefined : raw ? body : JSON.stringify(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { ...(text === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    requestContext: {
      accountId: 'x',
      apiId: 'x',
      domainName: 'x',
      domainPrefix: 'x',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
      ...(claims === null ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
    },
    ...(text === undefined ? {} : { body: typeof text === 'string' ? text : Buffer.from(text).toString('base64') }),
    isBase64Encoded: text instanceof Uint8Array,
  };
};

/** Everything there is, to be compared before and after. */
export const allItems = async ({ client, name }: Table): Promise<readonly Record<string, unknown>[]> => {
  const { Items = [], LastEvaluatedKey } = await client.send(new ScanCommand({ TableName: name }));
  if (LastEvaluatedKey !== undefined) throw new Error('more than one page of items');
  return Items.toSorted((a, b) => (`${a['pk']} ${a['sk']}` < `${b['pk']} ${b['sk']}` ? -1 : 1));
};

/** An account as addAccount leaves it, without a mail server. */
export const putAccount = async (table: Table, tenant: string, id: string): Promise<Account> => {
  const account: Account = {
    tenant,
    id,
    name: 'Work',
    host: 'mail.example.test',
    port: 993,
    tls: 'implicit',
    user: 'ann@example.test',
    address: 'ann@example.test',
    pollSeconds: 60,
    applyToExisting: false,
    credential: 'a.sealed..credential.x',
    revision: 1,
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_000,
  };
  await putNewAccount(table, account);
  await createHead(table, { tenant, accountId: id }, '60#0');
  return account;
};

export const RULE = {
  name: 'Bills',
  conditions: { from: 'billing@example.test' },
  actions: [{ type: 'move', mailbox: { path: 'Bills' } }],
};
