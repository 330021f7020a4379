/** Rules, their revisions, the lists they name, and both as files: the routes that need the table alone. */
import { MailyardError } from '../errors.ts';
import type { Rule } from '../rules/rule.ts';
import type { BaseDeps } from '../service/deps.ts';
import { warningsOf } from '../service/lint-rule.ts';
import { changeList, createList, deleteList, getList, listListsPage, replaceList } from '../service/manage-lists.ts';
import { createRule, deleteRule, getRule, listRulesPage, replaceRule, resumeRule } from '../service/manage-rules.ts';
import { idAmong } from '../service/new-id.ts';
import { exportRuleFile, importRuleFile } from '../service/rule-files.ts';
import { diffRevisions, getRevision, listRevisions, restoreRevision } from '../service/rule-revisions.ts';
import { listHeadView, listView } from './list-view.ts';
import type { Operations, StoreOperationId } from './operation.ts';
import { ID, nextCursor, pageOf } from './paging.ts';
import { revisionView } from './revision-view.ts';
import { importView } from './rule-file-body.ts';
import { changeView, ruleView, savedRuleView } from './rule-view.ts';

type RuleOperationId = Extract<
  StoreOperationId,
  `${string}Rule` | `${string}Rules` | `${string}Revision${string}` | `${string}List` | 'listLists'
>;

export const RULE_OPERATIONS: Operations<BaseDeps, RuleOperationId> = {
  createRule: async (deps, { tenant, body, newId: id }) => {
    const rule = await createRule(deps, { tenant, id, input: body });
    return { ...(await saved(deps, tenant, rule)), location: `/v1/rules/${id}` };
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
    return await saved(deps, tenant, rule);
  },

  resumeRule: async (deps, { tenant, params }) => {
    const rule = await resumeRule(deps, { tenant, id: params.ruleId });
    return { body: ruleView(rule), revision: rule.revision };
  },

  deleteRule: async (deps, { tenant, params, ifMatch }) => {
    await deleteRule(deps, { tenant, id: params.ruleId, revision: ifMatch });
    return { body: undefined };
  },

  listRuleRevisions: async (deps, { tenant, params }) => {
    const revisions = await listRevisions(deps, { tenant, id: params.ruleId });
    return { body: { revisions: revisions.map(revisionView) } };
  },

  getRuleRevision: async (deps, { tenant, params: { ruleId, revision } }) => {
    const rule = await getRevision(deps, { tenant, id: ruleId, revision: numberOf(revision) });
    return { body: revisionView(rule), revision: rule.revision };
  },

  diffRuleRevision: async (deps, { tenant, params: { ruleId, revision }, query: { against } }) => {
    const wanted = { tenant, id: ruleId, revision: numberOf(revision), against };
    const { changes, ...ends } = await diffRevisions(deps, wanted);
    return { body: { ...ends, changes: changes.map(changeView) } };
  },

  restoreRuleRevision: async (deps, { tenant, params: { ruleId, revision }, ifMatch }) => {
    const wanted = { tenant, id: ruleId, from: numberOf(revision), revision: ifMatch };
    return await saved(deps, tenant, await restoreRevision(deps, wanted));
  },

  exportRules: async (deps, { tenant, query: { format } }) => ({
    body: { format, ...(await exportRuleFile(deps, { tenant, format })) },
  }),

  importRules: async (deps, { tenant, body: { format, text, names, ...wanted }, newId }) => {
    const file = { format, text, ...(names === undefined ? {} : { names: new Map(Object.entries(names)) }) };
    const report = await importRuleFile(deps, { tenant, file, ...wanted, idFor: (n) => idAmong(newId, n) });
    return { body: importView(report, !wanted.dryRun) };
  },

  createList: async (deps, { tenant, body }) => {
    const list = await createList(deps, { tenant, ...body });
    return { body: listView(list), revision: list.revision, location: `/v1/lists/${list.name}` };
  },

  listLists: async (deps, { tenant, query }) => {
    const { lists, next } = await listListsPage(deps, { tenant, ...pageOf('lists', query, ID) });
    return { body: { lists: lists.map(listHeadView), ...nextCursor('lists', next) } };
  },

  getList: async (deps, { tenant, params }) => {
    const list = await getList(deps, { tenant, name: params.listName });
    return { body: listView(list), revision: list.revision };
  },

  replaceList: async (deps, { tenant, params, body, ifMatch }) => {
    const list = await replaceList(deps, { tenant, name: params.listName, ...body, revision: ifMatch });
    return { body: listView(list), revision: list.revision };
  },

  changeList: async (deps, { tenant, params, body, ifMatch }) => {
    const list = await changeList(deps, { tenant, name: params.listName, ...body, revision: ifMatch });
    return { body: listView(list), revision: list.revision };
  },

  deleteList: async (deps, { tenant, params, ifMatch }) => {
    await deleteList(deps, { tenant, name: params.listName, revision: ifMatch });
    return { body: undefined };
  },
};

const saved = async (deps: BaseDeps, tenant: string, rule: Rule) => ({
  body: savedRuleView(rule, await warningsOf(deps, tenant, rule)),
  revision: rule.revision,
});

const numberOf = (revision: string): number => {
  if (/^[1-9]\d{0,8}$/.test(revision)) return Number(revision);
  throw new MailyardError('not-found', 'there is no such revision (any more)');
};
