/** `mailyard login` at a user pool as Cognito is: the browser's way with PKCE, tokens without `aud`, scopes with a name before them. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { decodeJwt } from 'jose';
import { scopesFor } from '../../cli/commands/login.ts';
import { type HttpService, serveHttp } from '../../local/http.ts';
import { issuerTokens } from '../../local/issuer-tokens.ts';
import { SCOPES } from '../../shared/api/route.ts';
import { type ApiUnderTest, startApi } from '../api/api-under-test.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { freePorts } from '../support/free-port.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { runCommand } from './mailyard-process.ts';

const POOL = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';
let provider: OpenIdProvider;
let api: ApiUnderTest;
let http: HttpService;
let port = 0;
const usual = tls.getCACertificates('default');
before(async () => {
  [port = 0] = await freePorts(1);
  provider = await startOpenIdProvider({ loopback: [`http://localhost:${port}/callback`], like: 'cognito' });
  tls.setDefaultCACertificates([...usual, provider.caPem]);
  api = await startApi();
  const authorize = issuerTokens({ issuer: provider.issuer, audience: [provider.commandLine.clientId] });
  http = await serveHttp({ port: 0, handlers: api.handlers, authorize });
});
after(async () => {
  await http?.close();
  await Promise.all([api?.stop(), provider?.stop()]);
  tls.setDefaultCACertificates(usual);
});

const commandIn = (folder: string) => {
  const ca = path.join(folder, 'ca.pem');
  writeFileSync(ca, provider.caPem);
  const env = { MAILYARD_CONFIG: path.join(folder, 'config'), NODE_EXTRA_CA_CERTS: ca };
  return (...args: readonly string[]) => runCommand(args, { cwd: folder, env });
};

const login = async (command: ReturnType<typeof commandIn>, scopes: readonly string[]) => {
  const asked = scopes.flatMap((scope) => ['--scope', scope]);
  const { issuer, commandLine } = provider;
  const running = command(
    'login',
    ...['--url', http.url, '--issuer', issuer, '--client-id', commandLine.clientId, '--redirect-port', String(port)],
    ...asked,
  );
  const [, page = ''] = /^Sign in at (\S+)$/.exec((await running.nextLine()) ?? '') ?? [];
  assert.equal(new URL(page).searchParams.get('code_challenge_method'), 'S256');
  const back = new URLSearchParams(await provider.signIn(page, 'robin'));
  await (await fetch(`http://localhost:${port}/callback?${back}`)).text();
  return await running.ended;
};

test('the scopes that are asked of a pool are those it knows, and no others', () => {
  assert.deepEqual(scopesFor(POOL), ['openid', ...SCOPES.map((scope) => `mailyard/${scope}`)]);
  assert.ok(scopesFor('https://login.example.com').includes('offline_access'));
  assert.ok(scopesFor('https://cognito-idp.eu-central-1.amazonaws.com.example.com/x').includes('offline_access'));
});

test('a person signs in by the browser, the API takes the token, and it is refreshed', async (t) => {
  const folder = await temporaryFolder(t);
  const command = commandIn(folder);
  const done = await login(command, scopesFor(POOL));
  assert.equal(done.code, 0, done.stderr);
  const file = path.join(folder, 'config', 'default.json');
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { token: string; from: { refreshToken?: string } };
  const claims = decodeJwt(kept.token);
  assert.equal(claims.aud, undefined);
  assert.equal(claims['client_id'], provider.commandLine.clientId);
  assert.deepEqual(String(claims['scope']).split(' ').sort(), scopesFor(POOL).sort());
  const listed = await command('--json', 'accounts', 'list').ended;
  assert.deepEqual([listed.code, JSON.parse(listed.stdout)], [0, []], listed.stderr);

  writeFileSync(file, JSON.stringify({ ...kept, from: { ...kept.from, expiresAt: 0 } }), { mode: 0o600 });
  const refreshed = await command('--json', 'accounts', 'list').ended;
  assert.equal(refreshed.code, 0, refreshed.stderr);
  const after = JSON.parse(readFileSync(file, 'utf8')) as typeof kept;
  assert.notEqual(after.token, kept.token);
  assert.equal(after.from.refreshToken, kept.from.refreshToken, 'a pool gives no new one');
  assert.ok(provider.tokenRequests.includes('refresh_token 200'));
});

test('a token for another client of the pool is refused, one for less may do less', async (t) => {
  const folder = await temporaryFolder(t);
  const command = commandIn(folder);
  const done = await login(command, ['openid', 'mailyard/accounts:read']);
  assert.equal(done.code, 0, done.stderr);
  const refused = await command('--json', 'rules', 'list').ended;
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr + refused.stdout, /rules:read/);
  const { token } = JSON.parse(readFileSync(path.join(folder, 'config', 'default.json'), 'utf8')) as { token: string };
  const ofOthers = issuerTokens({ issuer: provider.issuer, audience: ['another-client', 'openid', 'mailyard'] });
  assert.equal(await ofOthers(token), undefined);
});

test('a scope that the pool does not know ends the sign-in with a word of it', async (t) => {
  const command = commandIn(await temporaryFolder(t));
  const done = await login(command, ['openid', 'offline_access', 'mailyard/accounts:read']);
  assert.notEqual(done.code, 0);
  assert.match(done.stderr, /refused|denied|not/i);
});
