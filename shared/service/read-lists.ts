/** The lists that some rules name, ready to be asked; one that is not there is left out, and its conditions are not known. */
import { listsNamed } from '../rules/lists-named.ts';
import { type NamedList, parseNamedList } from '../rules/named-list.ts';
import type { Rule } from '../rules/rule.ts';
import { readList } from '../store/lists.ts';
import type { Table } from '../store/table.ts';

export const readLists = async (
  table: Table,
  tenant: string,
  rules: readonly Pick<Rule, 'conditions' | 'exceptions'>[],
): Promise<ReadonlyMap<string, NamedList>> => {
  const names = new Set(rules.flatMap(listsNamed).map(({ name }) => name));
  const lists = new Map<string, NamedList>();
  for (const name of names) {
    const list = await readList(table, tenant, name);
    if (list !== undefined) lists.set(name, parseNamedList(list.entries));
  }
  return lists;
};
