/** Folders and messages. */
import { changesSchema } from '../changes-view.ts';
import { folderSchema } from '../folder-view.ts';
import { listedMessagesSchema, messageSchema } from '../message-view.ts';
import { pageSchema } from '../page-schema.ts';
import { changesQuerySchema, messagesQuerySchema, pageQuerySchema } from '../query-schemas.ts';
import type { Route } from '../route.ts';

export const MAIL_ROUTES = [
  {
    operationId: 'listFolders',
    method: 'GET',
    path: '/v1/accounts/{accountId}/folders',
    summary: 'List the folders with their counts',
    scope: 'mail:read',
    opensMailbox: false,
    successStatus: 200,
    answer: pageSchema('folders', folderSchema),
    query: pageQuerySchema,
    idempotency: 'safe',
  },
  {
    operationId: 'listMessages',
    method: 'GET',
    path: '/v1/accounts/{accountId}/messages',
    summary: 'List the messages of a folder, newest first',
    scope: 'mail:read',
    opensMailbox: false,
    successStatus: 200,
    answer: listedMessagesSchema,
    query: messagesQuerySchema,
    idempotency: 'safe',
    example: { query: { folder: 'role:inbox', notKeyword: '$seen' } },
  },
  {
    operationId: 'getMessage',
    method: 'GET',
    path: '/v1/accounts/{accountId}/messages/{messageId}',
    summary: 'Read the headers and the text of one message from the mail server',
    scope: 'mail:read',
    opensMailbox: true,
    successStatus: 200,
    answer: messageSchema,
    idempotency: 'safe',
  },
  {
    operationId: 'listChanges',
    method: 'GET',
    path: '/v1/accounts/{accountId}/changes',
    summary: 'List the messages created, updated and destroyed since a state',
    scope: 'mail:read',
    opensMailbox: false,
    successStatus: 200,
    answer: changesSchema,
    query: changesQuerySchema,
    idempotency: 'safe',
    problems: ['changes.cannot-calculate'],
    example: { query: { since: '0' } },
  },
] as const satisfies readonly Route[];
