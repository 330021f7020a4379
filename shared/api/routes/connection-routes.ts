/** Before there is an account: where its mail is, whether a login works, and signing in at a provider. */
import { accountBodySchema, parseAccountBody } from '../account-body.ts';
import { accountSchema } from '../account-view.ts';
import { AUTHORIZE_BODY, AUTHORIZED_BODY, DISCOVER_BODY } from '../connection-bodies.ts';
import { authorizationSchema, discoveredServersSchema, testedSchema } from '../connection-views.ts';
import type { Route } from '../route.ts';

const REDIRECT_URI = 'https://app.example.com/callback';
const STATE = 'gM0v9QbJ1Yc3ZkTq7xWfLr2NsUeHdPaK5iOyR8tVwXc';

export const CONNECTION_ROUTES = [
  {
    operationId: 'discoverServers',
    method: 'POST',
    path: '/v1/accounts/discover',
    summary: 'Find the mail server of an address',
    scope: 'accounts:write',
    opensMailbox: true,
    successStatus: 200,
    answer: discoveredServersSchema,
    body: DISCOVER_BODY,
    idempotency: 'idempotent',
    example: { body: { address: 'robin@gmail.com' } },
  },
  {
    operationId: 'testConnection',
    method: 'POST',
    path: '/v1/accounts/test',
    summary: 'Try a login without keeping anything',
    scope: 'accounts:write',
    opensMailbox: true,
    successStatus: 200,
    answer: testedSchema,
    body: { schema: accountBodySchema, parse: parseAccountBody },
    namesServer: true,
    idempotency: 'idempotent',
    example: { body: { host: 'mail.example.com', user: 'robin@example.com', password: 'app-password' } },
  },
  {
    operationId: 'authorizeAccount',
    method: 'POST',
    path: '/v1/accounts/authorize',
    summary: 'Begin a sign-in at a provider, to add an account or to let an account back in',
    scope: 'accounts:write',
    opensMailbox: true,
    successStatus: 200,
    answer: authorizationSchema,
    body: AUTHORIZE_BODY,
    namesServer: true,
    idempotency: 'idempotent',
    problems: ['not-found'],
    example: {
      body: { provider: 'google', redirectUri: REDIRECT_URI, address: 'robin@gmail.com' },
      answer: {
        status: 200,
        headers: {},
        body: {
          authorizationUrl: `https://accounts.google.com/o/oauth2/v2/auth?response_type=code&state=${STATE}`,
          state: STATE,
          expiresAt: '2026-03-02T09:45:00.000Z',
        },
      },
    },
  },
  {
    operationId: 'completeAuthorization',
    method: 'POST',
    path: '/v1/accounts/authorize/callback',
    summary: 'Hand in what the provider sent the person back with: adds the account, after a login that worked',
    scope: 'accounts:write',
    opensMailbox: true,
    successStatus: 201,
    answer: accountSchema,
    body: AUTHORIZED_BODY,
    etag: true,
    namesServer: true,
    // The state is good once.
    idempotency: 'key',
    problems: ['limit.accounts', 'not-found', 'oauth.state', 'oauth.denied'],
    example: {
      body: { state: STATE, code: '4/0AbCdEf' },
      answer: {
        status: 201,
        headers: { etag: '"1"', location: '/v1/accounts/k7Q2mXv9Lb4TzR1c' },
        body: {
          id: 'k7Q2mXv9Lb4TzR1c',
          name: 'robin@gmail.com',
          host: 'imap.gmail.com',
          port: 993,
          tls: 'implicit',
          user: 'robin@gmail.com',
          address: 'robin@gmail.com',
          pollSeconds: 60,
          applyToExisting: false,
          createdAt: '2026-03-02T09:30:00.000Z',
          updatedAt: '2026-03-02T09:30:00.000Z',
          state: 'active',
        },
      },
    },
  },
] as const satisfies readonly Route[];
