/** A real OpenID provider (oidc-provider) on loopback, over TLS for us and in clear for Dovecot, and a person's browser for it. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { SCOPES } from '../../shared/api/route.ts';
import type { OAuthProvider } from '../../shared/oauth/provider.ts';
import { secretInUse } from './canary.ts';
import { createCertificate } from './certificates.ts';
import { COGNITO, refusesScope } from './cognito-shape.ts';

const CLIENT = { id: 'mailyard', secret: 'canary-client-secret-of-mailyard' } as const;
const DOVECOT = { id: 'dovecot', secret: 'secret-of-dovecot' } as const;
const REDIRECT_URI = 'https://app.example.test/callback';
/** A public client, as the command line is: no secret, PKCE alone. */
const COMMAND_LINE = 'mailyard-cli';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';
/** The API as the issuer knows it: tokens that are asked for with it are JWTs for the audience `mailyard`. */
const API = { resource: 'urn:mailyard:api', audience: 'mailyard' } as const;

export type OpenIdProvider = {
  readonly issuer: string;
  /** A client whose tokens are for our own API. */
  readonly commandLine: typeof API & { readonly clientId: string };
  /** As an operator would set it up; `server` is the caller's. */
  readonly settings: Omit<OAuthProvider, 'server'>;
  readonly caPem: string;
  /** With the name and the secret of a client that may ask: for Dovecot. */
  readonly introspectionUrl: string;
  /** Requests to the token endpoint by grant type, as answered: `refresh_token 200`. */
  readonly tokenRequests: readonly string[];
  /** Signs in and consents as that person, or says no; gives the parameters of the redirect back. */
  readonly signIn: (authorizationUrl: string, login: string, consents?: boolean) => Promise<Record<string, string>>;
  /** Types the code at the provider's page for other devices, signs in and consents. */
  readonly enterDeviceCode: (verificationUri: string, userCode: string, login: string) => Promise<void>;
  /** Makes one access token worthless before its time. */
  readonly revokeAccess: (accessToken: string) => Promise<void>;
  /** Takes back everything that was granted to the one who holds this refresh token. */
  readonly revoke: (refreshToken: string) => Promise<void>;
  /** Called before a request of the token endpoint is answered. */
  beforeToken?: (() => Promise<void> | void) | undefined;
  /** While set, the token endpoint answers 503. */
  down: boolean;
  readonly stop: () => Promise<void>;
};

/** `loopback`: more addresses that people may be sent back to, as the command line has them; `like`: answers as that provider does. */
export const startOpenIdProvider = async ({
  accessTokenSeconds = 3_600,
  loopback = [] as readonly string[],
  like = undefined as 'cognito' | undefined,
} = {}): Promise<OpenIdProvider> => {
  const { certPem, keyPem, caPem } = await createCertificate();
  const https = createHttpsServer({ cert: certPem, key: keyPem });
  const http = createHttpServer();
  https.listen(0, '127.0.0.1');
  http.listen(0, '127.0.0.1');
  await Promise.all([once(https, 'listening'), once(http, 'listening')]);
  const portOf = (server: { address: () => AddressInfo | string | null }) => (server.address() as AddressInfo).port;
  const issuer = `https://localhost:${portOf(https)}`;
  for (const { secret } of [CLIENT]) secretInUse(secret);

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [REDIRECT_URI, ...loopback],
        application_type: 'native',
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_post',
      },
      {
        client_id: COMMAND_LINE,
        redirect_uris: [...loopback],
        application_type: 'native',
        grant_types: ['authorization_code', 'refresh_token', ...(like === undefined ? [DEVICE_CODE] : [])],
        response_types: loopback.length === 0 ? [] : ['code'],
        token_endpoint_auth_method: 'none',
      },
      {
        client_id: DOVECOT.id,
        client_secret: DOVECOT.secret,
        redirect_uris: [],
        response_types: [],
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    features: {
      introspection: { enabled: true, allowedPolicy: () => true },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      deviceFlow: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: SCOPES.join(' '),
          audience: API.audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessTokenSeconds,
        }),
      },
    },
    scopes: ['openid', 'offline_access', 'imap'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: { AccessToken: accessTokenSeconds, RefreshToken: 86_400, Grant: 86_400, Session: 600, Interaction: 600 },
    cookies: { keys: ['a key of the test'] },
    ...(like === 'cognito' ? COGNITO : {}),
  });
  // What its own pages and logs say is not the test's.
  provider.on('server_error', () => undefined);
  const tokenRequests: string[] = [];
  const steps: Pick<OpenIdProvider, 'beforeToken'> & { down: boolean } = { down: false };
  provider.use(async (context, next) => {
    if (like === 'cognito' && refusesScope(context)) {
      const { redirect_uri, state } = context.query;
      return context.redirect(`${redirect_uri}?error=invalid_scope&state=${state}`);
    }
    if (context.path !== '/token') return await next();
    await steps.beforeToken?.();
    if (steps.down) {
      context.status = 503;
      tokenRequests.push('down 503');
      return;
    }
    await next();
    const grant = String(context['oidc']?.params?.['grant_type']);
    tokenRequests.push(`${grant} ${context.status}`);
    const body = context.body as Record<string, unknown>;
    for (const name of ['access_token', 'refresh_token', 'id_token']) {
      if (typeof body[name] === 'string') secretInUse(body[name]);
    }
  });
  https.on('request', provider.callback());
  http.on('request', provider.callback());

  const browse = browser(caPem, [REDIRECT_URI, ...loopback]);
  return Object.assign(steps, {
    issuer,
    commandLine: { ...API, clientId: COMMAND_LINE },
    settings: {
      id: 'example',
      issuer,
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      redirectUris: [REDIRECT_URI],
      scopes: ['openid', 'offline_access', 'imap'],
      parameters: { prompt: 'consent' },
    },
    caPem,
    introspectionUrl: `http://${DOVECOT.id}:${DOVECOT.secret}@127.0.0.1:${portOf(http)}/token/introspection`,
    tokenRequests,
    signIn: (url: string, login: string, consents = true) => browse(url, { login, consents }),
    enterDeviceCode: async (verificationUri: string, userCode: string, login: string) => {
      await browse(verificationUri, { login, consents: true, userCode });
    },
    revokeAccess: async (accessToken: string) => {
      await (await provider.AccessToken.find(accessToken))?.destroy();
    },
    revoke: async (refreshToken: string) => {
      const token = await provider.RefreshToken.find(refreshToken);
      if (token?.grantId === undefined) throw new Error('no such refresh token');
      await (await provider.Grant.find(token.grantId))?.destroy();
      await provider.RefreshToken.revokeByGrantId(token.grantId);
      await provider.AccessToken.revokeByGrantId(token.grantId);
    },
    stop: async () => {
      for (const server of [https, http]) {
        server.closeAllConnections();
        server.close();
      }
    },
  });
};

type Page = { readonly status: number; readonly location: string | undefined; readonly text: string };
const STEPS_MAX = 20;

type Person = { readonly login: string; readonly consents: boolean; readonly userCode?: string };

/**
 * Follows redirects and fills in the provider's forms, cookies kept, until it is sent back to the application, or told that the
 * other device goes on.
 */
const browser =
  (ca: string, redirectUris: readonly string[]) =>
  async (start: string, { login, consents, userCode = '' }: Person): Promise<Record<string, string>> => {
    const cookies = new Map<string, string>();
    const go = (url: string, form?: string): Promise<Page> => visit({ url, ca, cookies, form });
    let page = await go(start);
    let at = start;
    for (let step = 0; step < STEPS_MAX; step += 1) {
      const { location, text } = page;
      if (location !== undefined && redirectUris.some((uri) => location.startsWith(uri))) {
        return Object.fromEntries(new URL(location).searchParams);
      }
      if (location !== undefined) {
        at = new URL(location, at).href;
        page = await go(at);
        continue;
      }
      const [, action] = /<form[^>]* action="([^"]+)"/.exec(text) ?? [];
      const [, abort] = /href="([^"]*\/abort)"/.exec(text) ?? [];
      if (action === undefined && userCode !== '' && /Sign-in Success/.test(text)) return {};
      if (action === undefined || page.status !== 200) throw new Error(`no way on: ${page.status} ${text}`);
      const isLogin = /name="login"/.test(text);
      if (!isLogin && !consents) {
        at = new URL(abort ?? '', at).href;
        page = await go(at);
        continue;
      }
      at = new URL(action, at).href;
      const hidden = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
      const form = new URLSearchParams(hidden.map(([, name = '', value = '']): [string, string] => [name, value]));
      if (isLogin) for (const [name, value] of Object.entries({ login, password: 'any' })) form.set(name, value);
      if (/type="text" name="user_code"/.test(text)) form.set('user_code', userCode);
      page = await go(at, form.toString());
    }
    throw new Error('the provider sends us round in circles');
  };

const visit = async (step: {
  readonly url: string;
  readonly ca: string;
  readonly cookies: Map<string, string>;
  readonly form: string | undefined;
}): Promise<Page> => {
  const { url, ca, cookies, form } = step;
  const call = request(url, {
    ca,
    agent: false,
    method: form === undefined ? 'GET' : 'POST',
    headers: {
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
  });
  call.end(form);
  const [response] = (await once(call, 'response')) as [import('node:http').IncomingMessage];
  for (const line of response.headers['set-cookie'] ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location,
    text: Buffer.concat(chunks).toString(),
  };
};

/** For `extra` of a Dovecot: mailboxes open to who holds a token of this provider. */
export const dovecotOAuth = (
  { introspectionUrl }: OpenIdProvider,
  file: string,
  mechanisms = 'xoauth2 oauthbearer',
) => ({
  file: [
    `introspection_url = ${introspectionUrl}`,
    'introspection_mode = post',
    'username_attribute = sub',
    'active_attribute = active',
    'active_value = true',
  ].join('\n'),
  extra: `auth_mechanisms = plain login ${mechanisms}
auth_cache_size = 0
passdb {
  driver = oauth2
  mechanisms = ${mechanisms}
  args = ${file}
}
`,
});
