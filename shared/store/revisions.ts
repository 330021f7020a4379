/** Former revisions of rules, each as it was when it was replaced. */
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Rule } from '../rules/rule.ts';
import { revisionPrefix, revisionSk, tenantPk } from './keys.ts';
import { type Item, queryAll } from './query.ts';
import type { Table } from './table.ts';

const keyOf = (tenant: string, id: string, revision: number) => ({
  pk: tenantPk(tenant),
  sk: revisionSk(id, revision),
});

const fromItem = (item: Item): Rule => {
  const { pk: _pk, sk: _sk, ...rule } = item;
  return rule as unknown as Rule;
};

/** Written twice it is the same: a revision never changes. */
export const keepRevision = async (table: Table, tenant: string, rule: Rule): Promise<void> => {
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { ...rule, ...keyOf(tenant, rule.id, rule.revision) } }),
  );
};

export const readRevision = async (
  table: Table,
  tenant: string,
  id: string,
  revision: number,
): Promise<Rule | undefined> => {
  const Key = keyOf(tenant, id, revision);
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return Item === undefined ? undefined : fromItem(Item);
};

/** Newest first. */
export const listRevisions = async (table: Table, tenant: string, id: string): Promise<Rule[]> =>
  (await queryAll(table, tenantPk(tenant), { prefix: revisionPrefix(id), consistent: true }))
    .map(fromItem)
    .sort((a, b) => b.revision - a.revision);

export const dropRevision = async (table: Table, tenant: string, id: string, revision: number): Promise<void> => {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: keyOf(tenant, id, revision) }));
};
