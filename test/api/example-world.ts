/** The world of the documentation's examples: a fixed clock, known ids, one account with mail on a real server, one rule. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type LocalCertificate, localCertificate } from '../../local/demo/certificate.ts';
import { encodeState } from '../../local/demo/mail-state.ts';
import { type DemoServer, startDemoServer } from '../../local/demo/server.ts';
import { EXAMPLE_PARAMS } from '../../shared/api/example-params.ts';
import { apiHandler } from '../../shared/api/handler.ts';
import { MAILBOX_OPERATIONS } from '../../shared/api/mailbox-operations.ts';
import { PAGES } from '../../shared/api/pages.ts';
import type { Route } from '../../shared/api/route.ts';
import { STORE_OPERATIONS } from '../../shared/api/store-operations.ts';
import type { Throttle } from '../../shared/api/throttle.ts';
import type { NameServer } from '../../shared/egress/name-server.ts';
import { parseProviders } from '../../shared/oauth/provider.ts';
import { parseRule } from '../../shared/rules/rule.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import { newSecret, sealSecret } from '../../shared/service/webhooks/secret.ts';
import { putNewAccount } from '../../shared/store/accounts.ts';
import { createHead } from '../../shared/store/head.ts';
import { putList } from '../../shared/store/lists.ts';
import { putNewRule } from '../../shared/store/rules.ts';
import { putNewWebhook } from '../../shared/store/webhooks.ts';
import { USUAL_SCHEDULE } from '../../shared/sync/schedule.ts';
import { makeKeyPair } from '../../shared/vault/key-pair.ts';
import { vaultOf } from '../../shared/vault/vault.ts';
import { startTable } from '../support/dynalite.ts';
import { LOOPBACK_ONLY } from '../support/yard.ts';
import { type Answered, invoke, REQUEST_KEY } from './api-under-test.ts';
import { folderOf, movePart, putFolders, putMessages, putRun, putRunningApplication } from './seed.ts';

const NOW = Date.parse('2026-03-02T09:30:00.000Z');
export const USER = 'robin@example.com';
export const PASSWORD = 'app-password';
/** The name that the documentation shows for the server on loopback. */
const SHOWN_HOST = 'mail.example.com';

/** Nothing outside this machine is asked for a name. */
const NO_NAMES: NameServer = {
  addresses: async () => await Promise.reject(new Error('no name is known here')),
  srv: async () => [],
  mx: async () => [],
};
const PROVIDERS = [{ id: 'google', clientId: 'mailyard.example', redirectUris: ['https://app.example.com/callback'] }];

const LETTER = [
  'From: Northwind Hosting <billing@example.com>',
  'To: Robin Vale <robin@example.com>',
  'Subject: Invoice 2031-0457',
  'Date: Mon, 02 Mar 2026 08:12:00 +0000',
  'Message-ID: <inv-0457@example.com>',
  '',
  'Hello Robin, invoice 2031-0457 over 24.90 EUR is due on 16 March.',
  '',
].join('\r\n');

export type ExampleWorld = Awaited<ReturnType<typeof startExampleWorld>>;

export const startExampleWorld = async (options: { readonly throttle?: Throttle } = {}) => {
  const database = await startTable();
  const { publicJwk, privateJwk } = await makeKeyPair();
  const vault = vaultOf({ publicKey: async () => publicJwk, privateKey: async () => privateJwk });
  const home = mkdtempSync(path.join(tmpdir(), 'mailyard-examples-'));
  const certificate = await localCertificate(home);
  const servers: DemoServer[] = [];
  // Nothing but our own servers is ever connected to.
  const ports: number[] = [];
  let ids = 0;
  const deps: MailboxDeps = {
    table: database.table,
    now: () => NOW,
    newId: () => `New${String(ids++).padStart(13, '0')}`,
    log: { info: () => undefined, warn: () => undefined, error: (...parts) => console.error(...parts) },
    sendChecks: async () => undefined,
    sealer: vault,
    schedule: USUAL_SCHEDULE,
    vault,
    egress: { ...LOOPBACK_ONLY, ports, names: NO_NAMES },
    providers: async () => parseProviders(PROVIDERS),
    deadline: () => NOW + 25_000,
  };
  const handlers = {
    api: apiHandler({
      operations: STORE_OPERATIONS,
      depsOf: () => deps,
      requestKey: REQUEST_KEY,
      pages: PAGES,
      ...options,
    }),
    mail: apiHandler({ operations: MAILBOX_OPERATIONS, depsOf: () => deps, requestKey: REQUEST_KEY, ...options }),
  };
  return {
    deps,
    handlers,
    certPem: certificate.certPem,
    /** A mail server and a tenant of its own, so that no example sees what another did. */
    settle: async (tenant: string): Promise<DemoServer> => {
      ids = 0;
      const server = await startMailServer(path.join(home, tenant), certificate);
      servers.push(server);
      ports.push(server.port);
      await seed(deps, tenant, server, certificate.certPem);
      return server;
    },
    /** Ends a tenant's mail server. */
    leave: async (server: DemoServer): Promise<void> => {
      servers.splice(servers.indexOf(server), 1);
      await server.stop();
    },
    stop: async () => {
      for (const server of servers) await server.stop();
      await database.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
};

const startMailServer = async (dataFolder: string, certificate: LocalCertificate): Promise<DemoServer> => {
  const sources = path.join(dataFolder, 'demo-mailbox', 'sources');
  mkdirSync(sources, { recursive: true });
  const sourceId = createHash('sha256').update(LETTER, 'latin1').digest('hex');
  writeFileSync(path.join(sources, `${sourceId}.eml`), LETTER);
  const folder = (name: string, uidvalidity: number, specialUse?: string) => ({
    path: name,
    uidvalidity,
    uidnext: 43,
    ...(specialUse === undefined ? {} : { specialUse }),
    flags: [],
    permanentFlags: [],
    allowPermanentFlags: true,
    subscribed: true,
    messages: [],
  });
  const letter = { uid: 42, flags: [], internaldate: '02-Mar-2026 08:12:03 +0000', raw: LETTER, sourceId };
  const folders = [
    { ...folder('INBOX', 1_700_000_000), messages: [letter] },
    { ...folder('Archive', 1_700_000_001, '\\Archive'), messages: [{ ...letter, uid: 7 }] },
    folder('Drafts', 1_700_000_002, '\\Drafts'),
    folder('Plans', 1_700_000_004),
  ];
  writeFileSync(path.join(dataFolder, 'demo-mailbox', 'state.json'), encodeState(1_700_000_005, folders));
  return await startDemoServer({ dataFolder, port: 0, certificate, user: USER, password: PASSWORD, seed: () => [] });
};

const seed = async (deps: MailboxDeps, tenant: string, server: DemoServer, ca: string): Promise<void> => {
  const { accountId = '', ruleId = '', webhookId = '', applicationId = '' } = EXAMPLE_PARAMS;
  const ref = { tenant, accountId };
  await putNewAccount(deps.table, {
    tenant,
    id: accountId,
    name: 'Studio',
    host: server.host,
    port: server.port,
    tls: 'implicit',
    user: USER,
    address: USER,
    ca,
    pollSeconds: 60,
    applyToExisting: false,
    allowDestroy: true,
    credential: await deps.vault.seal({ kind: 'password', password: PASSWORD }, ref),
    revision: 1,
    createdAt: NOW - 86_400_000,
    updatedAt: NOW - 86_400_000,
  });
  await createHead(deps.table, ref, '60#0');
  const inbox = { ...folderOf('1', 'INBOX', { role: 'inbox', unseen: 1 }), uidValidity: 1_700_000_000, messages: 2 };
  const archive = { ...folderOf('2', 'Archive', { role: 'archive' }), uidValidity: 1_700_000_001, messages: 1 };
  const drafts = { ...folderOf('3', 'Drafts', { role: 'drafts' }), uidValidity: 1_700_000_002, messages: 0 };
  const plans = { ...folderOf('4', 'Plans'), uidValidity: 1_700_000_004, messages: 0 };
  await putFolders(deps.table, ref, [inbox, archive, drafts, plans]);
  const rows = [
    { uid: 41, keywords: ['$seen'] },
    { uid: 42, keywords: [] },
  ];
  await putMessages(deps.table, ref, inbox, rows, 10);
  await putMessages(deps.table, ref, archive, [{ uid: 7, keywords: [] }], 10);
  const evidence = { by: 'copyuid', targetUidValidity: archive.uidValidity, mapping: [[40, 7, 1]] } as const;
  const done = { state: 'done', attempt: 1, evidence, at: NOW - 60_000 } as const;
  const { command, ...part } = movePart(0, [[40, 40]], done) as Extract<
    ReturnType<typeof movePart>,
    { kind: 'effect' }
  >;
  const source = { ...command.source, uidValidity: inbox.uidValidity };
  const askedBy = [{ by: 'rule', ruleId, ruleName: 'Bills', uids: command.uids }] as const;
  const target = { path: archive.path, create: false };
  // The time is part of a run's name (base 36): changes are told since it.
  const runId = `${(NOW - 60_000).toString(36)}-1`;
  await putRun(
    deps.table,
    ref,
    runId,
    [{ ...part, command: { ...command, source, target, askedBy } as typeof command }],
    NOW - 60_000,
  );
  const rule = parseRule({
    name: 'Bills',
    conditions: { from: 'billing@example.com', hasAttachment: true },
    actions: [{ type: 'move', mailbox: { path: 'Bills' }, create: true }],
  });
  const at = NOW - 86_400_000;
  const list = {
    name: EXAMPLE_PARAMS['listName'] ?? '',
    entries: ['@example.net', 'carol@example.org'],
    entryCount: 2,
  };
  await putList(deps.table, tenant, { ...list, revision: 1, createdAt: at, updatedAt: at }, 'first');
  await putRunningApplication(deps.table, ref, { id: applicationId, ruleId, at });
  await putNewWebhook(deps.table, {
    tenant,
    id: webhookId,
    url: 'https://hooks.example.com/mail',
    events: ['message.arrived', 'rule.applied'],
    includeSubjects: false,
    includeBodies: false,
    enabled: true,
    secret: await sealSecret(deps.sealer, { tenant, id: webhookId }, newSecret()),
    revision: 1,
    createdAt: at,
    updatedAt: at,
  });
  await putNewRule(deps.table, tenant, { ...rule, id: ruleId, revision: 1, createdAt: at, updatedAt: at });
};

export type ExampleRequest = {
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** The example request of a route, as the documentation says; the mail server's name and certificate are put in its place. */
export const exampleRequest = (world: ExampleWorld, route: Route, server: DemoServer): ExampleRequest => {
  const { body, query = {} } = route.example ?? {};
  return {
    path: route.path.replace(/\{(\w+)\}/g, (_, name: string) => EXAMPLE_PARAMS[name] ?? ''),
    query: new URLSearchParams(query).toString(),
    headers: route.ifMatch === undefined ? {} : { 'If-Match': '"1"' },
    body: body === undefined ? undefined : realBody(body, server, world.certPem),
  };
};

/** Its example is taken for what it is, but there is no code of a provider behind it. */
export const needsPerson = ({ operationId }: Route): boolean => operationId === 'completeAuthorization';

export const callExample = async (world: ExampleWorld, route: Route): Promise<Answered> => {
  const tenant = `example-${route.operationId}`;
  const server = await world.settle(tenant);
  const { path: url, ...request } = exampleRequest(world, route, server);
  const handler = route.opensMailbox ? world.handlers.mail : world.handlers.api;
  const answer = await invoke(handler, route.method, url, { tenant, ...request });
  return { ...answer, text: shownText(answer.text, server), json: {} };
};

const realBody = (body: unknown, server: DemoServer, ca: string): unknown =>
  (body as { host?: string }).host === SHOWN_HOST
    ? { ...(body as object), host: server.host, port: server.port, ca }
    : body;

const shownText = (text: string, server: DemoServer): string =>
  text
    .replaceAll(`"host":"${server.host}"`, `"host":"${SHOWN_HOST}"`)
    .replaceAll(`"port":${server.port}`, '"port":993')
    // A private CA is not what most owners have.
    .replace(/,"ca":"[^"]*"/g, '');
