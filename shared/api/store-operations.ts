/** The routes that need the table alone. */
import { getHealth } from '../service/account-health.ts';
import { changeAccount } from '../service/change-account.ts';
import { deleteAccount } from '../service/delete-account.ts';
import type { BaseDeps } from '../service/deps.ts';
import { getAccount, listAccountsPage } from '../service/manage-accounts.ts';
import { createRule, deleteRule, getRule, listRulesPage, replaceRule, resumeRule } from '../service/manage-rules.ts';
import { pauseAccount, resumeAccount } from '../service/pause-account.ts';
import { readActivity } from '../service/read-activity.ts';
import { readChanges } from '../service/read-changes.ts';
import { readFolders } from '../service/read-folders.ts';
import { requestSync } from '../service/request-sync.ts';
import { accountView } from './account-view.ts';
import { activityView } from './activity-view.ts';
import { accountChangesView } from './changes-view.ts';
import { folderView } from './folder-view.ts';
import { healthView } from './health-view.ts';
import { listMessages } from './list-messages.ts';
import type { Operations, StoreOperationId } from './operation.ts';
import { decodeCursor, encodeCursor } from './page-cursor.ts';
import { ruleView } from './rule-view.ts';
import { syncRequestedView } from './sync-requested-view.ts';

const ID = /^[A-Za-z0-9_-]{1,64}$/;
// What a server calls a folder is its own affair.
const PATH = /^[\s\S]+$/;
const JOURNAL_PLACE = /^[A-Za-z0-9_-]{1,64}#\d{1,9}$/;

export const STORE_OPERATIONS: Operations<BaseDeps, StoreOperationId> = {
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

  pauseAccount: async (deps, { tenant, params }) => {
    const account = await pauseAccount(deps, { tenant, ...params });
    return { body: accountView(account), revision: account.revision };
  },

  resumeAccount: async (deps, { tenant, params }) => {
    const account = await resumeAccount(deps, { tenant, ...params });
    return { body: accountView(account), revision: account.revision };
  },

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

  createRule: async (deps, { tenant, body, newId: id }) => {
    const rule = await createRule(deps, { tenant, id, input: body });
    return { body: ruleView(rule), revision: rule.revision, location: `/v1/rules/${id}` };
  },

  listRules: async (deps, { tenant, query }) => {
    const { rules, next } = await listRulesPage(deps, { tenant, ...pageOf('rules', query, ID) });
    return { body: { rules: rules.map(ruleView), ...nextCursor('rules', next) } };
  },

  getRule: async (deps, { tenant, params }) => {
    const rule = await getRule(deps, { tenant, id: params.ruleId });
    return { body: ruleView(rule), revision: rule.revision };
  },

  replaceRule: async (deps, { tenant, params, body, ifMatch }) => {
    const rule = await replaceRule(deps, { tenant, id: params.ruleId, input: body, revision: ifMatch });
    return { body: ruleView(rule), revision: rule.revision };
  },

  resumeRule: async (deps, { tenant, params }) => {
    const rule = await resumeRule(deps, { tenant, id: params.ruleId });
    return { body: ruleView(rule), revision: rule.revision };
  },

  deleteRule: async (deps, { tenant, params, ifMatch }) => {
    await deleteRule(deps, { tenant, id: params.ruleId, revision: ifMatch });
    return { body: undefined };
  },
};

const pageOf = (
  list: string,
  query: { readonly limit: number; readonly cursor?: string | undefined },
  looksRight: RegExp,
): { limit: number; after?: string } => {
  const after = decodeCursor(list, query.cursor, looksRight);
  return { limit: query.limit, ...(after === undefined ? {} : { after }) };
};

/** Absent on the last page. */
const nextCursor = (list: string, next: string | undefined) =>
  next === undefined ? {} : { nextCursor: encodeCursor(list, next) };
