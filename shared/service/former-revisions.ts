/** What is kept of a rule when it is replaced, and what goes with it when it is deleted. */
import { LIMITS } from '../limits.ts';
import type { Rule } from '../rules/rule.ts';
import { dropRevision, keepRevision, listRevisions } from '../store/revisions.ts';
import type { Table } from '../store/table.ts';

/** Before it is replaced; the one that falls off the end goes. */
export const keepFormer = async (table: Table, tenant: string, rule: Rule): Promise<void> => {
  await keepRevision(table, tenant, rule);
  const oldest = rule.revision - LIMITS.revisionsPerRuleMax;
  if (oldest > 0) await dropRevision(table, tenant, rule.id, oldest);
};

export const dropRevisions = async (table: Table, tenant: string, id: string): Promise<void> => {
  for (const { revision } of await listRevisions(table, tenant, id)) await dropRevision(table, tenant, id, revision);
};
