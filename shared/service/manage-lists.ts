/** Named lists that rules ask about: kept by their owner, refused to go while a rule names them. */
import { MailyardError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { listsNamed } from '../rules/lists-named.ts';
import { entriesOf } from '../rules/named-list.ts';
import type { Rule } from '../rules/rule.ts';
import {
  deleteList as deleteStoredList,
  type ListHead,
  listLists,
  pageOfLists,
  putList,
  readList,
  readListHead,
  type StoredList,
} from '../store/lists.ts';
import { listRules } from '../store/rules.ts';
import type { BaseDeps } from './deps.ts';
import { raiseConfig } from './raise-config.ts';
import { type RevisionWanted, requireRevision } from './revision.ts';

type Deps = Pick<BaseDeps, 'table' | 'now' | 'newId'>;
type Named = { readonly tenant: string; readonly name: string };
type Written = { readonly entries: readonly string[]; readonly description?: string | undefined };

/** Throws `limit.lists`, `conflict` where the name is taken by other entries, `validation.failed`. */
export const createList = async (deps: Deps, { tenant, name, ...written }: Named & Written): Promise<StoredList> => {
  const all = await listLists(deps.table, tenant);
  if (all.length >= LIMITS.listsMax && !all.some((list) => list.name === name)) {
    throw new MailyardError('limit.lists', `there may be ${LIMITS.listsMax} lists; delete one first`);
  }
  const now = deps.now();
  const list = { name, ...contentOf(written), revision: 1, createdAt: now, updatedAt: now };
  // The same request sent twice makes one list; parts of a list that is there already are never written over.
  const known = await readList(deps.table, tenant, name);
  if (known !== undefined) return sameList(known, list);
  if (await putList(deps.table, tenant, list, deps.newId())) return list;
  return sameList(await getList(deps, { tenant, name }), list);
};

const sameList = (known: StoredList, wanted: StoredList): StoredList => {
  const isSame = known.revision === 1 && known.description === wanted.description;
  if (isSame && known.entries.join('\n') === wanted.entries.join('\n')) return known;
  throw new MailyardError('conflict', 'there is a list of that name; replace it, or choose another name');
};

const contentOf = ({ entries, description }: Written) => {
  const kept = entriesOf(entries);
  return { entries: kept, entryCount: kept.length, ...(description === undefined ? {} : { description }) };
};

/** Throws `not-found`. */
export const getList = async ({ table }: Pick<BaseDeps, 'table'>, { tenant, name }: Named): Promise<StoredList> => {
  const list = await readList(table, tenant, name);
  if (list === undefined) throw new MailyardError('not-found', 'there is no such list');
  return list;
};

/** In order of name; `next` is the name to go on after. */
export const listListsPage = async (
  { table }: Pick<BaseDeps, 'table'>,
  { tenant, ...options }: { readonly tenant: string; readonly limit: number; readonly after?: string },
): Promise<{ lists: readonly ListHead[]; next?: string }> => {
  const { lists, more } = await pageOfLists(table, tenant, options);
  const last = lists.at(-1);
  return { lists, ...(more && last !== undefined ? { next: last.name } : {}) };
};

/** Throws `not-found`, `precondition.failed`, `validation.failed`. */
export const replaceList = async (
  deps: Deps,
  { tenant, name, revision, ...written }: Named & Written & { readonly revision: RevisionWanted },
): Promise<StoredList> => {
  const before = await readListHead(deps.table, tenant, name);
  if (before === undefined) throw new MailyardError('not-found', 'there is no such list');
  requireRevision(before.revision, revision);
  return await save(deps, tenant, before, contentOf(written));
};

/** Entries added and taken away, whatever the revision: the same change twice is one. Throws as `replaceList`. */
export const changeList = async (
  deps: Deps,
  {
    tenant,
    name,
    revision,
    add,
    remove,
  }: Named & {
    readonly add: readonly string[];
    readonly remove: readonly string[];
    readonly revision: RevisionWanted;
  },
): Promise<StoredList> => {
  const before = await getList(deps, { tenant, name });
  requireRevision(before.revision, revision);
  const gone = new Set(entriesOf(remove, '/remove'));
  const kept = before.entries.filter((entry) => !gone.has(entry));
  const { description } = before;
  return await save(deps, tenant, before, contentOf({ entries: [...kept, ...entriesOf(add, '/add')], description }));
};

const save = async (
  deps: Deps,
  tenant: string,
  { name, createdAt, revision }: ListHead,
  content: ReturnType<typeof contentOf>,
): Promise<StoredList> => {
  const list: StoredList = { name, ...content, createdAt, revision: revision + 1, updatedAt: deps.now() };
  if (!(await putList(deps.table, tenant, list, deps.newId()))) throw overtaken();
  await tellAccounts(deps, tenant, await rulesNaming(deps, tenant, name));
  return list;
};

/** Throws `not-found`, `precondition.failed`, `list.in-use`. */
export const deleteList = async (
  deps: Deps,
  { tenant, name, revision }: Named & { readonly revision: RevisionWanted },
): Promise<void> => {
  const before = await readListHead(deps.table, tenant, name);
  if (before === undefined) throw new MailyardError('not-found', 'there is no such list');
  requireRevision(before.revision, revision);
  const [rule] = await rulesNaming(deps, tenant, name);
  if (rule !== undefined) throw new MailyardError('list.in-use', `the rule ${JSON.stringify(rule.name)} asks for it`);
  if (!(await deleteStoredList(deps.table, tenant, name, before.revision))) throw overtaken();
};

const rulesNaming = async ({ table }: Deps, tenant: string, name: string): Promise<Rule[]> =>
  (await listRules(table, tenant)).filter((rule) => listsNamed(rule).some((list) => list.name === name));

const tellAccounts = async (deps: Deps, tenant: string, rules: readonly Rule[]): Promise<void> => {
  if (rules.length === 0) return;
  const everywhere = rules.some(({ accountIds }) => accountIds === undefined);
  await raiseConfig(
    deps,
    tenant,
    everywhere ? undefined : [...new Set(rules.flatMap((rule) => rule.accountIds ?? []))],
  );
};

const overtaken = (): MailyardError =>
  new MailyardError('precondition.failed', 'the list was changed since you read it; read it again');
