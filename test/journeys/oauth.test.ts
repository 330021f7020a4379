/** Accounts without a password: sign-in at a real OpenID provider, tokens that are refreshed, and a Dovecot that asks the provider. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { configCache } from '../../shared/service/account-config.ts';
import { type Authorization, authorizeAccount } from '../../shared/service/authorize-account.ts';
import { completeAuthorization } from '../../shared/service/authorize-callback.ts';
import { checkAccounts } from '../../shared/service/check-accounts.ts';
import { dispatchChecks } from '../../shared/service/dispatch-checks.ts';
import type { MailboxDeps } from '../../shared/service/mailbox-deps.ts';
import type { AccountSummary } from '../../shared/service/manage-accounts.ts';
import { readAccount } from '../../shared/store/accounts.ts';
import { type AccountRef, readHead } from '../../shared/store/head.ts';
import { allPollGroups } from '../../shared/sync/due.ts';
import type { OAuthCredential } from '../../shared/vault/credential.ts';
import { allItems } from '../api/api-under-test.ts';
import { type Dovecot, startDovecot } from '../support/dovecot.ts';
import { type Faults, faultsOn } from '../support/faults.ts';
import { dovecotOAuth, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts';
import { LOOPBACK_ONLY, startYard, type Yard } from '../support/yard.ts';

const TENANT = 'acme';
const REDIRECT = 'https://app.example.test/callback';

let provider: OpenIdProvider;
let bearer: Dovecot;
let xoauth2: Dovecot;
let yard: Yard;
let folder: string;
let faults: Faults;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'mailyard-oauth-'));
  provider = await startOpenIdProvider();
  const start = async (mechanisms: string): Promise<Dovecot> => {
    const file = path.join(folder, `${mechanisms.length}.conf`);
    const { file: text, extra } = dovecotOAuth(provider, file, mechanisms);
    writeFileSync(file, text);
    return await startDovecot({ users: {}, extra });
  };
  [bearer, xoauth2, yard] = await Promise.all([start('xoauth2 oauthbearer'), start('xoauth2'), startYard()]);
  faults = faultsOn(yard.deps.table);
});
after(async () => {
  await Promise.all([bearer?.stop(), xoauth2?.stop(), yard?.stop(), provider?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** A deployment whose operator set the provider up, with the mail on that server. */
const depsFor = (server: Dovecot, more: Partial<MailboxDeps> = {}): MailboxDeps => {
  const { port, ca } = server;
  const providers = [{ ...provider.settings, server: { host: 'localhost', port, tls: 'implicit' as const, ca } }];
  return {
    ...yard.deps,
    providers: async () => providers,
    egress: { ...LOOPBACK_ONLY, https: { ca: provider.caPem } },
    ...more,
  };
};
const settingsOf = (user: string) => ({
  name: user,
  user,
  address: `${user}@example.test`,
  pollSeconds: 60,
  applyToExisting: false,
});
const begin = (deps: MailboxDeps, user: string, tenant = TENANT): Promise<Authorization> =>
  authorizeAccount(deps, {
    tenant,
    provider: 'example',
    redirectUri: REDIRECT,
    target: { settings: settingsOf(user) },
  });
const complete = (deps: MailboxDeps, parameters: Record<string, string>, tenant = TENANT): Promise<AccountSummary> =>
  completeAuthorization(deps, { tenant, parameters: { state: '', ...parameters } });
const added = async (deps: MailboxDeps, user: string): Promise<AccountRef> => {
  const { authorizationUrl } = await begin(deps, user);
  const { id } = await complete(deps, await provider.signIn(authorizationUrl, user));
  return { tenant: TENANT, accountId: id };
};
const credentialOf = async (ref: AccountRef): Promise<OAuthCredential> => {
  const account = await readAccount(yard.deps.table, ref.tenant, ref.accountId);
  return await yard.deps.vault.open<OAuthCredential>(account?.credential ?? '', ref);
};
/** One worker, warm from one check to the next. */
const worker = (deps: MailboxDeps) => {
  const cache = configCache(deps);
  return async (ref: AccountRef): Promise<string> => {
    const message = { accounts: [ref], tickSeconds: Math.floor(deps.now() / 1_000), pollSeconds: 60 };
    const [report] = await checkAccounts(deps, cache, message);
    return report?.outcome === 'failed' ? report.code : (report?.outcome ?? 'nothing');
  };
};
const settle = async (check: (ref: AccountRef) => Promise<string>, ref: AccountRef): Promise<void> => {
  for (let round = 0; round < 5; round += 1) if ((await check(ref)) === 'quiet') return;
  assert.fail('the account does not come to rest');
};
/** Requests of the token endpoint that `act` causes. */
const asking = async (act: () => Promise<unknown>): Promise<string[]> => {
  const from = provider.tokenRequests.length;
  await act();
  return provider.tokenRequests.slice(from);
};
const expire = (): void => {
  yard.clock.skewMs += 3_600_000;
};

describe('signing in', () => {
  for (const name of ['OAUTHBEARER', 'XOAUTH2'] as const) {
    it(`adds an account that opens by ${name}, without a password anywhere`, async () => {
      const server = name === 'XOAUTH2' ? xoauth2 : bearer;
      const deps = depsFor(server);
      const { authorizationUrl, state, expiresAt } = await begin(deps, 'alice');
      const asked = Object.fromEntries(new URL(authorizationUrl).searchParams);
      assert.deepEqual(
        [asked['response_type'], asked['code_challenge_method'], asked['state'], asked['login_hint']],
        ['code', 'S256', state, 'alice'],
      );
      assert.match(asked['code_challenge'] ?? '', /^[\w-]{43}$/);
      assert.ok(expiresAt > deps.now());
      const account = await complete(deps, await provider.signIn(authorizationUrl, 'alice'));
      assert.deepEqual([account.state, account.user, account.port], ['active', 'alice', server.port]);
      const ref = { tenant: TENANT, accountId: account.id };
      await settle(worker(deps), ref);
      const { accessToken, refreshToken } = await credentialOf(ref);
      const items = JSON.stringify(await allItems(deps.table));
      for (const secret of [accessToken, refreshToken, state, asked['code_challenge'] ?? '']) {
        assert.ok(secret.length > 20 && !items.includes(secret));
      }
      // Nothing of the authorization is left.
      assert.doesNotMatch(items, /"O#/);
      assert.match(server.log(), new RegExp(`method=${name}`, 'i'));
    });
  }

  it('is good once, for its tenant and its time alone, and a code needs its verifier', async () => {
    const deps = depsFor(bearer);
    const first = await begin(deps, 'bob');
    const parameters = await provider.signIn(first.authorizationUrl, 'bob');
    const unknown = { code: 'oauth.state' };
    await assert.rejects(complete(deps, parameters, 'other-tenant'), unknown);
    await assert.rejects(complete(deps, { ...parameters, state: 'made-up' }), unknown);
    await complete(deps, parameters);
    await assert.rejects(complete(deps, parameters), unknown);

    const late = await begin(deps, 'bob');
    const answer = await provider.signIn(late.authorizationUrl, 'bob');
    const later = { ...deps, now: () => deps.now() + LIMITS.authorizationSeconds * 1_000 };
    await assert.rejects(complete(later, answer), unknown);

    // A code that was stolen and brought back under a state of the thief's own.
    const [hers, his] = [await begin(deps, 'alice'), await begin(deps, 'mallory')];
    const stolen = await provider.signIn(hers.authorizationUrl, 'alice');
    await assert.rejects(complete(deps, { ...stolen, state: his.state }), { code: 'oauth.denied' });
    // An answer of another issuer (RFC 9207).
    const mixed = await begin(deps, 'alice');
    const theirs = await provider.signIn(mixed.authorizationUrl, 'alice');
    await assert.rejects(complete(deps, { ...theirs, iss: 'https://evil.example.test' }), { code: 'oauth.denied' });
  });

  it('adds nothing where the person says no, or the mail server does not take the token', async () => {
    const deps = depsFor(bearer);
    const { authorizationUrl } = await begin(deps, 'carol');
    const before = (await allItems(deps.table)).length;
    const parameters = await provider.signIn(authorizationUrl, 'carol', false);
    assert.equal(parameters['error'], 'access_denied');
    await assert.rejects(complete(deps, parameters), { code: 'oauth.denied' });
    // Signed in as another than the account says.
    const other = await begin(deps, 'carol');
    const asDave = await provider.signIn(other.authorizationUrl, 'dave');
    await assert.rejects(complete(deps, asDave), { code: 'imap.auth-failed' });
    assert.equal((await allItems(deps.table)).length, before - 1);
  });

  it('goes only where the operator said, and only to providers that are set up', async () => {
    const deps = depsFor(bearer);
    const target = { settings: settingsOf('alice') };
    const ask = (more: object, with_ = deps) =>
      authorizeAccount(with_, { tenant: TENANT, provider: 'example', redirectUri: REDIRECT, target, ...more });
    await assert.rejects(ask({ redirectUri: 'https://evil.example.test/' }), { code: 'validation.failed' });
    await assert.rejects(ask({ provider: 'google' }), { code: 'oauth.not-configured' });
    await assert.rejects(ask({ target: { accountId: 'none' } }), { code: 'not-found' });
    const inside = { ...deps, egress: { ports: [993], allows: () => false } };
    const own = [{ ...(await deps.providers?.())?.[0], issuer: 'https://127.0.0.1:1' } as never];
    await assert.rejects(ask({}, { ...inside, providers: async () => own }), { code: 'oauth.unreachable' });
  });
});

describe('tokens', () => {
  it('are refreshed once when they are over, stored before they are used, and no write follows', async () => {
    const deps = depsFor(bearer);
    const ref = await added(deps, 'erin');
    const check = worker(deps);
    await settle(check, ref);
    const before = await credentialOf(ref);
    const revision = (await readAccount(deps.table, ref.tenant, ref.accountId))?.revision;
    expire();
    assert.deepEqual(await asking(async () => assert.equal(await check(ref), 'quiet')), ['refresh_token 200']);
    const refreshed = await credentialOf(ref);
    assert.notEqual(refreshed.accessToken, before.accessToken);
    assert.notEqual(refreshed.refreshToken, before.refreshToken);
    assert.equal((await readAccount(deps.table, ref.tenant, ref.accountId))?.revision, revision);
    const items = await allItems(deps.table);
    assert.deepEqual(await asking(async () => assert.equal(await check(ref), 'quiet')), []);
    assert.deepEqual(await allItems(deps.table), items);
    // A cold worker finds them too.
    assert.deepEqual(await asking(async () => assert.equal(await worker(deps)(ref), 'quiet')), []);
  });

  it('are refreshed once by however many workers, and all of them go on', async () => {
    const deps = depsFor(xoauth2);
    const ref = await added(deps, 'frank');
    const workers = Array.from({ length: 5 }, () => worker(deps));
    for (const check of workers) await settle(check, ref);
    expire();
    provider.beforeToken = () => new Promise((resolve) => setTimeout(resolve, 200));
    const outcomes: string[] = [];
    const requests = await asking(async () => {
      outcomes.push(...(await Promise.all(workers.map((check) => check(ref)))));
    });
    provider.beforeToken = undefined;
    assert.deepEqual(requests, ['refresh_token 200']);
    assert.ok(
      outcomes.includes('quiet') && outcomes.every((one) => one === 'quiet' || one === 'busy'),
      outcomes.join(),
    );
    const rest = await asking(async () => {
      for (const check of workers) assert.equal(await check(ref), 'quiet');
    });
    assert.deepEqual(rest, []);
  });

  it('that the mail server refuses before their time are refreshed, once', async () => {
    const deps = depsFor(bearer);
    const ref = await added(deps, 'grace');
    const check = worker(deps);
    await settle(check, ref);
    await provider.revokeAccess((await credentialOf(ref)).accessToken);
    assert.deepEqual(await asking(async () => assert.equal(await check(ref), 'quiet')), ['refresh_token 200']);
    assert.deepEqual(await asking(async () => assert.equal(await check(ref), 'quiet')), []);
  });

  it('that are taken no more make the account wait for its owner, and nobody is asked again', async () => {
    const deps = depsFor(bearer);
    const ref = await added(deps, 'heidi');
    const check = worker(deps);
    await settle(check, ref);
    const { folderCount } = (await readHead(deps.table, ref)) ?? {};
    await provider.revoke((await credentialOf(ref)).refreshToken);
    expire();
    assert.deepEqual(await asking(async () => assert.equal(await check(ref), 'oauth.reconnect')), [
      'refresh_token 400',
    ]);
    assert.equal((await readHead(deps.table, ref))?.state, 'reconnectNeeded');
    const later = await asking(async () => {
      for (let tick = 0; tick < 5; tick += 1) {
        yard.clock.skewMs += 60_000;
        const from = yard.sent.length;
        await dispatchChecks(deps, Math.floor(deps.now() / 1_000), allPollGroups(LIMITS));
        const refs = yard.sent.slice(from).flatMap(({ accounts }) => accounts);
        assert.ok(!refs.some(({ accountId }) => accountId === ref.accountId));
        assert.equal(await check(ref), 'left');
      }
    });
    assert.deepEqual(later, []);

    // Its owner signs in again: the same account, nothing is synced anew.
    const target = { accountId: ref.accountId };
    const again = await authorizeAccount(deps, { tenant: TENANT, provider: 'example', redirectUri: REDIRECT, target });
    const from = yard.sent.length;
    const { id } = await complete(deps, await provider.signIn(again.authorizationUrl, 'heidi'));
    assert.equal(id, ref.accountId);
    const message = yard.sent.slice(from).find(({ accounts }) => accounts[0]?.accountId === id);
    assert.ok(message?.byHand);
    const [report] = await checkAccounts(deps, configCache(deps), message);
    assert.match(report?.outcome ?? '', /^(quiet|synced)$/);
    const head = await readHead(deps.table, ref);
    assert.deepEqual([head?.state, head?.failure, head?.folderCount], ['active', undefined, folderCount]);
  });

  it('cannot be had while the provider is down: it is asked less and less, and then it goes on', async () => {
    const deps = depsFor(bearer);
    const ref = await added(deps, 'ivan');
    const check = worker(deps);
    await settle(check, ref);
    expire();
    provider.down = true;
    const requests = await asking(async () => {
      assert.equal(await check(ref), 'oauth.unreachable');
      for (let n = 0; n < 5; n += 1) assert.equal(await check(ref), 'left');
    });
    assert.deepEqual(requests, ['down 503']);
    provider.down = false;
    const head = await readHead(deps.table, ref);
    assert.deepEqual([head?.state, head?.failure?.code], ['active', 'oauth.unreachable']);
    yard.clock.skewMs += ((head?.failure?.until ?? 0) - deps.now() / 1_000 + 1) * 1_000;
    await settle(check, ref);
    assert.equal((await readHead(deps.table, ref))?.failure, undefined);
  });

  it('that could not be stored are not used, and end in one question to the owner at worst', async () => {
    const deps = depsFor(bearer);
    const ref = await added(deps, 'judy');
    await settle(worker(deps), ref);
    const before = await credentialOf(ref);
    expire();
    faults.set({
      before: ({ input }) => {
        if (input['UpdateExpression'] === 'SET credential = :sealed') throw new Error('the database is ill');
      },
    });
    assert.equal(await worker(deps)(ref), 'internal');
    faults.clear();
    assert.deepEqual(await credentialOf(ref), before);
    assert.equal((await readHead(deps.table, ref))?.leaseUntil, 0);
    // This provider takes a refresh token once; one that tolerates the old one (Microsoft) goes on here.
    assert.equal(await worker(deps)(ref), 'oauth.reconnect');
  });

  it('of a sign-in that falls into a refresh are the ones that stay', async () => {
    const deps = depsFor(bearer);
    const ref = await added(deps, 'ken');
    await settle(worker(deps), ref);
    expire();
    const target = { accountId: ref.accountId };
    const again = await authorizeAccount(deps, { tenant: TENANT, provider: 'example', redirectUri: REDIRECT, target });
    const parameters = await provider.signIn(again.authorizationUrl, 'ken');
    let theirs: OAuthCredential | undefined;
    faults.set({
      before: async ({ input }) => {
        if (input['UpdateExpression'] !== 'SET credential = :sealed' || theirs !== undefined) return;
        theirs = { kind: 'oauth', provider: '', accessToken: '', expiresAt: 0, refreshToken: '' };
        await complete(deps, parameters);
        theirs = await credentialOf(ref);
      },
    });
    assert.match(await worker(deps)(ref), /^(quiet|synced|busy)$/);
    faults.clear();
    assert.deepEqual(await credentialOf(ref), theirs);
    await settle(worker(deps), ref);
  });
});
