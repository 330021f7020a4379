/** Rules as their owner wrote them: one item each, replaced on condition of the revision read. */
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Paused, Rule } from '../rules/rule.ts';
import { ruleSk, tenantPk } from './keys.ts';
import { type Item, queryAll, queryPage } from './query.ts';
import { holds, type Table } from './table.ts';

const key = (tenant: string, id: string) => ({ pk: tenantPk(tenant), sk: ruleSk(id) });

const fromItem = (item: Item): Rule => {
  const { pk: _pk, sk: _sk, ...rule } = item;
  return rule as unknown as Rule;
};

/** False when a rule of that id is there already. */
export const putNewRule = (table: Table, tenant: string, rule: Rule): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...rule, ...key(tenant, rule.id) },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );

/** False when the stored revision is not the one before `rule.revision`. */
export const replaceRule = (table: Table, tenant: string, rule: Rule): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...rule, ...key(tenant, rule.id) },
        ConditionExpression: 'revision = :before',
        ExpressionAttributeValues: { ':before': rule.revision - 1 },
      }),
    ),
  );

export const readRule = async (table: Table, tenant: string, id: string): Promise<Rule | undefined> => {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key(tenant, id), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : fromItem(Item);
};

export const listRules = async (table: Table, tenant: string): Promise<Rule[]> =>
  (await queryAll(table, tenantPk(tenant), { prefix: ruleSk(''), consistent: true })).map(fromItem);

/** One page, in order of id; `after` is the last id of the page before. */
export const pageOfRules = async (
  table: Table,
  tenant: string,
  options: { readonly limit: number; readonly after?: string },
): Promise<{ rules: Rule[]; more: boolean }> => {
  const after = options.after === undefined ? {} : { after: ruleSk(options.after) };
  const { items, next } = await queryPage(table, tenantPk(tenant), {
    prefix: ruleSk(''),
    limit: options.limit,
    ...after,
  });
  return { rules: items.map(fromItem), more: next !== undefined };
};

/** False when its revision is no longer the one named. */
export const deleteRule = (table: Table, tenant: string, id: string, revision: number): Promise<boolean> =>
  holds(
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: key(tenant, id),
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': revision },
      }),
    ),
  );

/** Health and no revision, as the owner wrote nothing. False when it is paused already, or gone. */
export const pauseRule = (table: Table, tenant: string, id: string, paused: Paused): Promise<boolean> =>
  holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: key(tenant, id),
        UpdateExpression: 'SET paused = :paused',
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(paused)',
        ExpressionAttributeValues: { ':paused': paused },
      }),
    ),
  );

/** False when it is gone. */
export const resumeRule = (table: Table, tenant: string, id: string): Promise<boolean> =>
  holds(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: key(tenant, id),
        UpdateExpression: 'REMOVE paused',
        ConditionExpression: 'attribute_exists(pk)',
      }),
    ),
  );
