/** The routes that need the table alone. */
import { getHealth, listHealthPage } from '../service/account-health.ts';
import { cancelApplication, getApplication } from '../service/applications.ts';
import { changeAccount } from '../service/change-account.ts';
import { deleteAccount } from '../service/delete-account.ts';
import type { BaseDeps } from '../service/deps.ts';
import { getAccount, listAccountsPage } from '../service/manage-accounts.ts';
import { pauseAccount, resumeAccount } from '../service/pause-account.ts';
import { readActivity } from '../service/read-activity.ts';
import { readChanges } from '../service/read-changes.ts';
import { readFolders } from '../service/read-folders.ts';
import { requestSync } from '../service/request-sync.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooksPage,
  replaceWebhook,
  resumeWebhook,
} from '../service/webhooks/manage.ts';
import { replayWebhook } from '../service/webhooks/replay.ts';
import { rotateSecret } from '../service/webhooks/rotate-secret.ts';
import { accountView } from './account-view.ts';
import { activityView } from './activity-view.ts';
import { applicationView } from './application-view.ts';
import { accountChangesView } from './changes-view.ts';
import { folderView } from './folder-view.ts';
import { healthView } from './health-view.ts';
import { listMessages } from './list-messages.ts';
import type { Operations, StoreOperationId } from './operation.ts';
import { ID, nextCursor, pageOf } from './paging.ts';
import { RULE_OPERATIONS } from './rule-operations.ts';
import { syncRequestedView } from './sync-requested-view.ts';
import { replayView, webhookView } from './webhook-view.ts';

// What a server calls a folder is its own affair.
const PATH = /^[\s\S]+$/;
const JOURNAL_PLACE = /^[A-Za-z0-9_-]{1,64}#\d{1,9}$/;

export const STORE_OPERATIONS: Operations<BaseDeps, StoreOperationId> = {
  ...RULE_OPERATIONS,

  listAccounts: async (deps, { tenant, query }) => {
    const { accounts, next } = await listAccountsPage(deps, { tenant, ...pageOf('accounts', query, ID) });
    return { body: { accounts: accounts.map(accountView), ...nextCursor('accounts', next) } };
  },

  getAccount: async (deps, { tenant, params }) => {
    const account = await getAccount(deps, { tenant, id: params.accountId });
    return { body: accountView(account), revision: account.revision };
  },

  changeAccount: async (deps, { tenant, params, body, ifMatch }) => {
    const account = await changeAccount(deps, { tenant, ...params, change: body, revision: ifMatch });
    return { body: accountView(account), revision: account.revision };
  },

  getHealth: async (deps, { tenant, params }) => ({ body: healthView(await getHealth(deps, { tenant, ...params })) }),

  listHealth: async (deps, { tenant, query }) => {
    const { health, next } = await listHealthPage(deps, { tenant, ...pageOf('health', query, ID) });
    return { body: { health: health.map(healthView), ...nextCursor('health', next) } };
  },

  pauseAccount: async (deps, { tenant, params }) => {
    const account = await pauseAccount(deps, { tenant, ...params });
    return { body: accountView(account), revision: account.revision };
  },

  resumeAccount: async (deps, { tenant, params }) => {
    const account = await resumeAccount(deps, { tenant, ...params });
    return { body: accountView(account), revision: account.revision };
  },

  getApplication: async (deps, { tenant, params }) => ({
    body: applicationView(await getApplication(deps, { tenant, ...params })),
  }),

  cancelApplication: async (deps, { tenant, params }) => ({
    body: applicationView(await cancelApplication(deps, { tenant, ...params })),
  }),

  deleteAccount: async (deps, { tenant, params, ifMatch }) => {
    await deleteAccount(deps, { tenant, id: params.accountId, revision: ifMatch });
    return { body: undefined };
  },

  listFolders: async (deps, { tenant, params, query }) => {
    const { folders, next } = await readFolders(deps, { tenant, ...params, ...pageOf('folders', query, PATH) });
    return { body: { folders: folders.map(folderView), ...nextCursor('folders', next) } };
  },

  listMessages,

  requestSync: async (deps, { tenant, params: { accountId } }) => {
    const requestedAt = await requestSync(deps, { tenant, accountId });
    return { body: syncRequestedView(accountId, requestedAt) };
  },

  listActivity: async (deps, { tenant, params, query }) => {
    const page = pageOf('activity', query, JOURNAL_PLACE);
    const { entries, next } = await readActivity(deps, { tenant, ...params, ...page });
    return { body: { activity: entries.map(activityView), ...nextCursor('activity', next) } };
  },

  listChanges: async (deps, { tenant, params, query }) => {
    const { since } = query;
    const wanted = { tenant, ...params, ...(since === undefined ? {} : { since }) };
    return { body: accountChangesView(params.accountId, await readChanges(deps, wanted)) };
  },

  createWebhook: async (deps, { tenant, body, newId: id }) => {
    const { webhook, secret } = await createWebhook(deps, { tenant, id, settings: body });
    return { body: { ...webhookView(webhook), secret }, revision: webhook.revision, location: `/v1/webhooks/${id}` };
  },

  listWebhooks: async (deps, { tenant, query }) => {
    const { webhooks, next } = await listWebhooksPage(deps, { tenant, ...pageOf('webhooks', query, ID) });
    return { body: { webhooks: webhooks.map(webhookView), ...nextCursor('webhooks', next) } };
  },

  getWebhook: async (deps, { tenant, params }) => {
    const webhook = await getWebhook(deps, { tenant, id: params.webhookId });
    return { body: webhookView(webhook), revision: webhook.revision };
  },

  replaceWebhook: async (deps, { tenant, params, body, ifMatch }) => {
    const change = { tenant, id: params.webhookId, settings: body, revision: ifMatch };
    const webhook = await replaceWebhook(deps, change);
    return { body: webhookView(webhook), revision: webhook.revision };
  },

  rotateWebhookSecret: async (deps, { tenant, params, query }) => {
    const { webhook, secret } = await rotateSecret(deps, { tenant, id: params.webhookId, ...query });
    return { body: { ...webhookView(webhook), secret }, revision: webhook.revision };
  },

  resumeWebhook: async (deps, { tenant, params }) => {
    const webhook = await resumeWebhook(deps, { tenant, id: params.webhookId });
    return { body: webhookView(webhook), revision: webhook.revision };
  },

  replayWebhook: async (deps, { tenant, params, query }) => ({
    body: replayView(params.webhookId, await replayWebhook(deps, { tenant, id: params.webhookId, ...query })),
  }),

  deleteWebhook: async (deps, { tenant, params, ifMatch }) => {
    await deleteWebhook(deps, { tenant, id: params.webhookId, revision: ifMatch });
    return { body: undefined };
  },
};
