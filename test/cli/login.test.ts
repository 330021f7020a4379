/** A login as it is kept and kept good: the file's mode, refreshed tokens, and the flow for another device. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import tls from 'node:tls';
import type { Environment } from '../../cli/environment.ts';
import { type Login, loginFile, readLogin, writeLogin } from '../../cli/login-file.ts';
import { oauthDeps } from '../../cli/oauth-deps.ts';
import { openSession } from '../../cli/session.ts';
import { type HttpService, serveHttp } from '../../local/http.ts';
import { issuerTokens } from '../../local/issuer-tokens.ts';
import { refreshTokens } from '../../shared/oauth/client.ts';
import { signInOnDevice } from '../../shared/oauth/device.ts';
import { type ApiUnderTest, startApi } from '../api/api-under-test.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';
import { secretInUse } from '../support/canary.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';

const LOGIN: Login = { url: 'https://api.example.com', token: 'canary-token-of-a-login' };
secretInUse(LOGIN.token);

describe('the file of a login', () => {
  it('is for its owner alone, also where another stood before', async (t) => {
    const folder = join(await temporaryFolder(t), 'new');
    const file = writeLogin(folder, 'default', LOGIN);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    chmodSync(file, 0o644);
    writeLogin(folder, 'default', LOGIN);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readLogin(file), LOGIN);
  });

  it('is refused when others may read it, or when it is none', async (t) => {
    const folder = await temporaryFolder(t);
    const file = loginFile(folder, 'default');
    assert.equal(readLogin(file), undefined);
    writeLogin(folder, 'default', LOGIN);
    for (const mode of [0o640, 0o604, 0o660]) {
      chmodSync(file, mode);
      assert.throws(() => readLogin(file), { exit: 3, remedy: `Run chmod 600 ${file}` });
    }
    for (const text of ['', '{}', '{"url":1,"token":"x"}', 'null']) {
      writeFileSync(file, text);
      chmodSync(file, 0o600);
      assert.throws(() => readLogin(file), { exit: 3, message: `${file} is no login that can be read` });
    }
  });
});

describe('a login at an issuer', () => {
  let provider: OpenIdProvider;
  let api: ApiUnderTest;
  let http: HttpService;
  const usual = tls.getCACertificates('default');
  before(async () => {
    provider = await startOpenIdProvider({ loopback: ['http://localhost:8765/callback'] });
    tls.setDefaultCACertificates([...usual, provider.caPem]);
    api = await startApi();
    const authorize = issuerTokens({ issuer: provider.issuer, audience: [provider.commandLine.audience] });
    http = await serveHttp({ port: 0, handlers: api.handlers, authorize });
  });
  after(async () => {
    await http?.close();
    await Promise.all([api?.stop(), provider?.stop()]);
    tls.setDefaultCACertificates(usual);
  });

  const client = () => ({
    issuer: provider.issuer,
    clientId: provider.commandLine.clientId,
    scopes: ['openid', 'offline_access', 'accounts:read'],
    parameters: { prompt: 'consent', resource: provider.commandLine.resource },
  });
  /** By the code that is typed on another device. */
  const signedIn = async (folder: string): Promise<Login> => {
    const { accessToken, expiresAt, refreshToken } = await signInOnDevice(oauthDeps, client(), (code) => {
      void provider.enterDeviceCode(code.verificationUri, code.userCode, 'robin');
    });
    assert.ok(refreshToken !== undefined);
    const login = { url: http.url, token: accessToken, from: { ...client(), expiresAt, refreshToken } };
    writeLogin(folder, 'default', login);
    return login;
  };
  const environmentOf = (configFolder: string): Environment => ({
    configFolder,
    url: undefined,
    token: undefined,
    editor: undefined,
  });
  const over = (folder: string, login: Login): void => {
    if (login.from === undefined) throw new Error('no issuer');
    writeLogin(folder, 'default', { ...login, from: { ...login.from, expiresAt: 0 } });
  };

  it('is made on another device, used, and refreshed when it is over', async (t) => {
    const folder = await temporaryFolder(t);
    const login = await signedIn(folder);
    const list = async () => (await openSession(environmentOf(folder), 'default').client.call('listAccounts')).body;
    assert.deepEqual((await list()).accounts, []);
    assert.equal(readLogin(loginFile(folder, 'default'))?.token, login.token);
    over(folder, login);
    assert.deepEqual((await list()).accounts, []);
    const renewed = readLogin(loginFile(folder, 'default'));
    assert.notEqual(renewed?.token, login.token);
    assert.notEqual(renewed?.from?.refreshToken, login.from?.refreshToken);
    assert.ok((renewed?.from?.expiresAt ?? 0) > Date.now() / 1_000);
    assert.equal(statSync(loginFile(folder, 'default')).mode & 0o777, 0o600);
  });

  it('takes the token that another command has got meanwhile', async (t) => {
    const folder = await temporaryFolder(t);
    const login = await signedIn(folder);
    over(folder, login);
    const session = openSession(environmentOf(folder), 'default');
    // The other command: it uses up the refresh token.
    await openSession(environmentOf(folder), 'default').client.call('listAccounts');
    const theirs = readFileSync(loginFile(folder, 'default'), 'utf8');
    await session.client.call('listAccounts');
    assert.equal(readFileSync(loginFile(folder, 'default'), 'utf8'), theirs);
  });

  it('says so when the issuer takes it no more', async (t) => {
    const folder = await temporaryFolder(t);
    const login = await signedIn(folder);
    over(folder, login);
    await provider.revoke(login.from?.refreshToken ?? '');
    const call = openSession(environmentOf(folder), 'default').client.call('listAccounts');
    await assert.rejects(call, { exit: 3, message: 'the sign-in is over' });
    await assert.rejects(refreshTokens(oauthDeps, client(), 'none'), { code: 'oauth.reconnect' });
  });

  it('is not needed where the environment brings a token; half of it is refused', async (t) => {
    const none = environmentOf(await temporaryFolder(t));
    assert.throws(() => openSession(none, 'default'), { exit: 3, message: 'nobody is signed in' });
    assert.throws(() => openSession({ ...none, url: http.url }, 'default'), { exit: 2 });
    const { url } = openSession({ ...none, url: `${http.url}/`, token: 'x' }, 'default');
    assert.equal(url, http.url);
  });
});
