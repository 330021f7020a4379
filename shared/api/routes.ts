/**
 * Every route of the API, as data: the handlers, the gateway, the CLI's client and the OpenAPI page are derived from it.
 * Imported by the stack too, so nothing heavy may be reached from here.
 */
import type * as z from 'zod';
import { parseRule, ruleInputSchema } from '../rules/rule.ts';
import { accountBodySchema, parseAccountBody } from './account-body.ts';
import { activityQuerySchema, changesQuerySchema, messagesQuerySchema, pageQuerySchema } from './query-schemas.ts';

export const SCOPES = ['accounts:read', 'accounts:write', 'messages:read', 'rules:read', 'rules:write'] as const;
export type Scope = (typeof SCOPES)[number];

export type Route = {
  readonly operationId: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: `/v1/${string}`;
  readonly summary: string;
  readonly scope: Scope;
  /** Served by functions/mail, which may open credentials; all others by functions/api, which may not. */
  readonly opensMailbox: boolean;
  readonly successStatus: 200 | 201 | 202 | 204;
  readonly query?: z.ZodObject;
  /** `schema` describes the body; `parse` checks it, also what a schema cannot say. */
  readonly body?: { readonly schema: z.ZodType; readonly parse: (input: unknown) => unknown };
  /** The answer carries an ETag over what the owner wrote; a change must name the one it was made from. */
  readonly ifMatch?: 'required';
  /** What sending it twice does: `key` creates one thing only where both carry the same Idempotency-Key. */
  readonly idempotency: 'safe' | 'idempotent' | 'key';
};

export const ROUTES = [
  {
    operationId: 'addAccount',
    method: 'POST',
    path: '/v1/accounts',
    summary: 'Add a mail account, after a login that worked',
    scope: 'accounts:write',
    opensMailbox: true,
    successStatus: 201,
    body: { schema: accountBodySchema, parse: parseAccountBody },
    idempotency: 'key',
  },
  {
    operationId: 'listAccounts',
    method: 'GET',
    path: '/v1/accounts',
    summary: 'List the accounts with their state',
    scope: 'accounts:read',
    opensMailbox: false,
    successStatus: 200,
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
    operationId: 'listFolders',
    method: 'GET',
    path: '/v1/accounts/{accountId}/folders',
    summary: 'List the folders with their counts',
    scope: 'messages:read',
    opensMailbox: false,
    successStatus: 200,
    query: pageQuerySchema,
    idempotency: 'safe',
  },
  {
    operationId: 'listMessages',
    method: 'GET',
    path: '/v1/accounts/{accountId}/messages',
    summary: 'List the messages of a folder, newest first',
    scope: 'messages:read',
    opensMailbox: false,
    successStatus: 200,
    query: messagesQuerySchema,
    idempotency: 'safe',
  },
  {
    operationId: 'getMessage',
    method: 'GET',
    path: '/v1/accounts/{accountId}/messages/{messageId}',
    summary: 'Read the headers and the text of one message from the mail server',
    scope: 'messages:read',
    opensMailbox: true,
    successStatus: 200,
    idempotency: 'safe',
  },
  {
    operationId: 'requestSync',
    method: 'POST',
    path: '/v1/accounts/{accountId}/sync',
    summary: 'Look at the account now instead of at its next turn',
    scope: 'accounts:write',
    opensMailbox: false,
    successStatus: 202,
    idempotency: 'idempotent',
  },
  {
    operationId: 'listActivity',
    method: 'GET',
    path: '/v1/accounts/{accountId}/activity',
    summary: 'List what rules did, newest first',
    scope: 'messages:read',
    opensMailbox: false,
    successStatus: 200,
    query: activityQuerySchema,
    idempotency: 'safe',
  },
  {
    operationId: 'listChanges',
    method: 'GET',
    path: '/v1/accounts/{accountId}/changes',
    summary: 'List the messages created, updated and destroyed since a state',
    scope: 'messages:read',
    opensMailbox: false,
    successStatus: 200,
    query: changesQuerySchema,
    idempotency: 'safe',
  },
  {
    operationId: 'createRule',
    method: 'POST',
    path: '/v1/rules',
    summary: 'Create a rule',
    scope: 'rules:write',
    opensMailbox: false,
    successStatus: 201,
    body: { schema: ruleInputSchema, parse: parseRule },
    idempotency: 'key',
  },
  {
    operationId: 'listRules',
    method: 'GET',
    path: '/v1/rules',
    summary: 'List the rules',
    scope: 'rules:read',
    opensMailbox: false,
    successStatus: 200,
    query: pageQuerySchema,
    idempotency: 'safe',
  },
  {
    operationId: 'getRule',
    method: 'GET',
    path: '/v1/rules/{ruleId}',
    summary: 'Read one rule',
    scope: 'rules:read',
    opensMailbox: false,
    successStatus: 200,
    idempotency: 'safe',
  },
  {
    operationId: 'replaceRule',
    method: 'PUT',
    path: '/v1/rules/{ruleId}',
    summary: 'Replace a rule as a whole',
    scope: 'rules:write',
    opensMailbox: false,
    successStatus: 200,
    body: { schema: ruleInputSchema, parse: parseRule },
    ifMatch: 'required',
    idempotency: 'idempotent',
  },
  {
    operationId: 'deleteRule',
    method: 'DELETE',
    path: '/v1/rules/{ruleId}',
    summary: 'Delete a rule; what it did stays in the activity',
    scope: 'rules:write',
    opensMailbox: false,
    successStatus: 204,
    ifMatch: 'required',
    idempotency: 'idempotent',
  },
] as const satisfies readonly Route[];
