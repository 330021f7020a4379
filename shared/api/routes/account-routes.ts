/** Accounts: what their owner wrote, and how they are. */
import { accountBodySchema, parseAccountBody } from '../account-body.ts';
import { accountSchema } from '../account-view.ts';
import { pageSchema } from '../page-schema.ts';
import { pageQuerySchema } from '../query-schemas.ts';
import type { Route } from '../route.ts';
import { syncRequestedSchema } from '../sync-requested-view.ts';

export const ACCOUNT_ROUTES = [
  {
    operationId: 'addAccount',
    method: 'POST',
    path: '/v1/accounts',
    summary: 'Add a mail account, after a login that worked',
    scope: 'accounts:write',
    opensMailbox: true,
    successStatus: 201,
    answer: accountSchema,
    body: { schema: accountBodySchema, parse: parseAccountBody },
    etag: true,
    namesServer: true,
    idempotency: 'key',
    problems: ['limit.accounts'],
    example: {
      body: { host: 'mail.example.com', user: 'robin@example.com', password: 'app-password', name: 'Studio' },
    },
  },
  {
    operationId: 'listAccounts',
    method: 'GET',
    path: '/v1/accounts',
    summary: 'List the accounts with their state',
    scope: 'accounts:read',
    opensMailbox: false,
    successStatus: 200,
    answer: pageSchema('accounts', accountSchema),
    query: pageQuerySchema,
    idempotency: 'safe',
  },
  {
    operationId: 'getAccount',
    method: 'GET',
    path: '/v1/accounts/{accountId}',
    summary: 'Read one account with its state',
    scope: 'accounts:read',
    opensMailbox: false,
    successStatus: 200,
    answer: accountSchema,
    etag: true,
    idempotency: 'safe',
  },
  {
    operationId: 'deleteAccount',
    method: 'DELETE',
    path: '/v1/accounts/{accountId}',
    summary: 'Forget an account, its credential and all that is known of its mail',
    scope: 'accounts:write',
    opensMailbox: false,
    successStatus: 204,
    ifMatch: 'required',
    idempotency: 'idempotent',
  },
  {
    operationId: 'requestSync',
    method: 'POST',
    path: '/v1/accounts/{accountId}/sync',
    summary: 'Look at the account now instead of at its next turn',
    scope: 'accounts:write',
    opensMailbox: false,
    successStatus: 202,
    answer: syncRequestedSchema,
    idempotency: 'idempotent',
  },
] as const satisfies readonly Route[];
