/** What is right in a rule and most likely not meant, told when it is saved. */
import { LIMITS } from '../limits.ts';
import type { ListedFolder } from '../mail/folder.ts';
import { lintRule, type Warning } from '../rules/lint.ts';
import type { Rule } from '../rules/rule.ts';
import { listAccounts } from '../store/accounts.ts';
import { listRules } from '../store/rules.ts';
import type { BaseDeps } from './deps.ts';
import { knownFolders } from './read-folders.ts';

type Deps = Pick<BaseDeps, 'table'>;

/** Folders are those of the last look. With more accounts than are looked through, no folder counts as missing. */
export const warningsOf = async (deps: Deps, tenant: string, rule: Rule): Promise<Warning[]> => {
  const rules = await listRules(deps.table, tenant);
  return lintRule(rule, { rules, folders: await foldersOf(deps, tenant, rule.accountIds) });
};

/** By account; one that was never synced is left out, as nobody knows its folders yet. */
export const foldersOf = async (
  deps: Deps,
  tenant: string,
  accountIds: readonly string[] | undefined,
): Promise<ReadonlyMap<string, readonly ListedFolder[]>> => {
  const ids = accountIds ?? (await listAccounts(deps.table, tenant)).map(({ id }) => id);
  if (ids.length > LIMITS.lintAccountsMax) return new Map();
  const all = await Promise.all(
    ids.map(async (accountId): Promise<[string, ListedFolder[]]> => {
      const folders = await knownFolders(deps, { tenant, accountId });
      return [accountId, folders.map(({ path, role }) => listedOf(path, role))];
    }),
  );
  // Whoever has no folders was never looked at; of the others nothing could be said without these.
  return all.some(([, folders]) => folders.length === 0) ? new Map() : new Map(all);
};

const listedOf = (path: string, role: ListedFolder['role']): ListedFolder => ({
  path,
  delimiter: '/',
  selectable: true,
  ...(role === undefined ? {} : { role }),
});
