/** Rules as their owner wrote them: one item each, replaced on condition of the revision read. */
import type { Paused, Rule } from '../rules/rule.ts';
import { ruleSk } from './keys.ts';
import { NEW, ofRevision, ownedItems, type PageOptions } from './owned.ts';
import type { Table } from './table.ts';

const rules = ownedItems<Rule>(ruleSk);

/** False when a rule of that id is there already. */
export const putNewRule = (table: Table, tenant: string, rule: Rule): Promise<boolean> =>
  rules.put(table, tenant, rule.id, rule, NEW);

/** False when the stored revision is not the one before `rule.revision`. */
export const replaceRule = (table: Table, tenant: string, rule: Rule): Promise<boolean> =>
  rules.put(table, tenant, rule.id, rule, ofRevision(rule.revision - 1));

export const readRule = rules.read;

export const listRules = rules.list;

/** One page, in order of id. */
export const pageOfRules = async (
  table: Table,
  tenant: string,
  options: PageOptions,
): Promise<{ rules: Rule[]; more: boolean }> => {
  const { items, more } = await rules.page(table, tenant, options);
  return { rules: items, more };
};

/** False when its revision is no longer the one named. */
export const deleteRule = rules.remove;

/** Health and no revision, as the owner wrote nothing. False when it is paused already, or gone. */
export const pauseRule = (table: Table, tenant: string, id: string, paused: Paused): Promise<boolean> =>
  rules.update(table, tenant, id, 'SET paused = :paused', {
    when: 'attribute_exists(pk) AND attribute_not_exists(paused)',
    values: { ':paused': paused },
  });

/** False when it is gone. */
export const resumeRule = (table: Table, tenant: string, id: string): Promise<boolean> =>
  rules.update(table, tenant, id, 'REMOVE paused', { when: 'attribute_exists(pk)' });
