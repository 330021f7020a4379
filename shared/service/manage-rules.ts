/** Rules: created, read, replaced and deleted by their owner. A change reaches the workers through the heads' configVersion. */
import { type FieldProblem, MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { listsNamed } from '../rules/lists-named.ts';
import type { Rule, RuleInput } from '../rules/rule.ts';
import { listAccounts } from '../store/accounts.ts';
import { listLists } from '../store/lists.ts';
import {
  deleteRule as deleteStoredRule,
  listRules,
  pageOfRules,
  putNewRule,
  readRule,
  replaceRule as replaceStoredRule,
  resumeRule as resumeStoredRule,
} from '../store/rules.ts';
import type { BaseDeps } from './deps.ts';
import { dropRevisions, keepFormer } from './former-revisions.ts';
import { raiseConfig } from './raise-config.ts';
import { requireAllowed } from './require-allowed.ts';
import type { RevisionWanted } from './revision.ts';
import { requireRevision } from './revision.ts';

type Deps = Pick<BaseDeps, 'table' | 'now' | 'functionNames'>;

/** `id` is the request's: one of that id was made by the same request before. Throws `limit.rules`, `validation.failed`. */
export const createRule = async (
  deps: Deps,
  { tenant, id, input }: { readonly tenant: string; readonly id: string; readonly input: RuleInput },
): Promise<Rule> => {
  const rules = await listRules(deps.table, tenant);
  const known = rules.find((rule) => rule.id === id);
  if (known !== undefined) return await told(deps, tenant, known);
  // Two at once may pass this together; the bound is against runaway scripts and need not be exact.
  if (rules.length >= LIMITS.rulesMax) {
    throw new MailyardError('limit.rules', `there may be ${LIMITS.rulesMax} rules; delete one first`);
  }
  await requireNamed(deps, tenant, input);
  await requireAllowed(deps, tenant, input);
  const now = deps.now();
  const rule: Rule = { ...input, id, revision: 1, createdAt: now, updatedAt: now };
  const isNew = await putNewRule(deps.table, tenant, rule);
  return await told(deps, tenant, isNew ? rule : await getRule(deps, { tenant, id }));
};

/** The rule, of which workers know: also where the request that made it was cut off before it could tell them. */
const told = async (deps: Deps, tenant: string, rule: Rule): Promise<Rule> => {
  await raiseConfig(deps, tenant, rule.accountIds);
  return rule;
};

/** Throws `not-found`. */
export const getRule = async (
  { table }: Pick<BaseDeps, 'table'>,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<Rule> => {
  const rule = await readRule(table, tenant, id);
  if (rule === undefined) throw new MailyardError('not-found', 'there is no such rule');
  return rule;
};

/** In order of id; `next` is the id to go on after. */
export const listRulesPage = async (
  { table }: Pick<BaseDeps, 'table'>,
  { tenant, ...options }: { readonly tenant: string; readonly limit: number; readonly after?: string },
): Promise<{ rules: readonly Rule[]; next?: string }> => {
  const { rules, more } = await pageOfRules(table, tenant, options);
  const last = rules.at(-1);
  return { rules, ...(more && last !== undefined ? { next: last.id } : {}) };
};

/** Throws `not-found`, `precondition.failed`, `validation.failed`. */
export const replaceRule = async (
  deps: Deps,
  change: {
    readonly tenant: string;
    readonly id: string;
    readonly input: RuleInput;
    readonly revision: RevisionWanted;
  },
): Promise<Rule> => {
  const { tenant, id, input } = change;
  const before = await getRule(deps, { tenant, id });
  requireRevision(before.revision, change.revision);
  await requireNamed(deps, tenant, input);
  await requireAllowed(deps, tenant, input);
  await keepFormer(deps.table, tenant, before);
  const rule = nextRevision(before, input, deps.now());
  if (!(await replaceStoredRule(deps.table, tenant, rule))) throw overtaken();
  await raiseConfig(deps, tenant, bothOf(before.accountIds, rule.accountIds));
  return rule;
};

/** The rule as its owner writes it anew. */
export const nextRevision = ({ id, revision, createdAt, paused }: Rule, input: RuleInput, now: number): Rule => ({
  ...input,
  // What was written anew is not what was paused, as far as anybody knows: the owner says so when it may go on.
  ...(paused === undefined ? {} : { paused }),
  id,
  revision: revision + 1,
  createdAt,
  updatedAt: now,
});

/** Throws `not-found`, `precondition.failed`. */
export const deleteRule = async (
  deps: Deps,
  { tenant, id, revision }: { readonly tenant: string; readonly id: string; readonly revision: RevisionWanted },
): Promise<void> => {
  const rule = await getRule(deps, { tenant, id });
  requireRevision(rule.revision, revision);
  if (!(await deleteStoredRule(deps.table, tenant, id, rule.revision))) throw overtaken();
  await dropRevisions(deps.table, tenant, id);
  await raiseConfig(deps, tenant, rule.accountIds);
};

/** Lets a paused rule go on; one that is not paused stays as it is. Throws `not-found`. */
export const resumeRule = async (
  deps: Deps,
  { tenant, id }: { readonly tenant: string; readonly id: string },
): Promise<Rule> => {
  const { paused, ...rule } = await getRule(deps, { tenant, id });
  if (paused === undefined) return rule;
  if (!(await resumeStoredRule(deps.table, tenant, id))) throw new MailyardError('not-found', 'there is no such rule');
  await raiseConfig(deps, tenant, rule.accountIds);
  return rule;
};

export const overtaken = (): MailyardError =>
  new MailyardError('precondition.failed', 'the rule was changed since you read it; read it again');

const bothOf = (a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined =>
  a === undefined || b === undefined ? undefined : [...new Set([...a, ...b])];

/** A rule for an account or a list that is not there would silently never run. `above` is where the rule stands in what was sent. */
export const requireNamed = async (
  { table }: Pick<BaseDeps, 'table'>,
  tenant: string,
  rule: Pick<RuleInput, 'accountIds' | 'conditions' | 'exceptions'>,
  above = '',
): Promise<void> => {
  const [accounts, lists] = [rule.accountIds ?? [], listsNamed(rule)];
  const knownAccounts = accounts.length === 0 ? [] : (await listAccounts(table, tenant)).map(({ id }) => id);
  const knownLists = lists.length === 0 ? [] : (await listLists(table, tenant)).map(({ name }) => name);
  const fields: FieldProblem[] = [
    ...accounts.flatMap((accountId, i) =>
      knownAccounts.includes(accountId)
        ? []
        : [{ pointer: `${above}/accountIds/${i}`, detail: 'there is no such account' }],
    ),
    ...lists.flatMap(({ name, pointer }) =>
      knownLists.includes(name)
        ? []
        : [{ pointer: `${above}${pointer}`, detail: 'there is no such list; make it first' }],
    ),
  ];
  const [first] = fields;
  if (first === undefined) return;
  const what = first.pointer.startsWith(`${above}/accountIds`) ? 'an account' : 'a list';
  throw new MailyardError('validation.failed', `the rule names ${what} that is not there`, { fields });
};
