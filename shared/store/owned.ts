/** What an owner wrote: one item an id under the tenant, with a revision, written only where it is as it was read. */
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tenantPk } from './keys.ts';
import { type Item, queryAll, queryPage } from './query.ts';
import { holds, type Table } from './table.ts';

/** A condition of DynamoDB and the values that it names. */
export type Condition = { readonly when: string; readonly values?: Readonly<Record<string, unknown>> };

export const NEW: Condition = { when: 'attribute_not_exists(pk)' };
export const ofRevision = (revision: number): Condition => ({
  when: 'revision = :revision',
  values: { ':revision': revision },
});

/** `after` is the last id of the page before. */
export type PageOptions = { readonly limit: number; readonly after?: string };

const conditionParams = ({ when, values }: Condition) => ({
  ConditionExpression: when,
  ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
});

/** Writes resolve to false where the condition did not hold. */
export const ownedItems = <Held extends object>(skOf: (id: string) => string) => {
  const prefix = skOf('');
  const keyOf = (tenant: string, id: string) => ({ pk: tenantPk(tenant), sk: skOf(id) });
  const heldOf = ({ pk: _pk, sk: _sk, ...held }: Item): Held => held as Held;
  return {
    read: async (table: Table, tenant: string, id: string): Promise<Held | undefined> => {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keyOf(tenant, id), ConsistentRead: true }),
      );
      return Item === undefined ? undefined : heldOf(Item);
    },
    list: async (table: Table, tenant: string): Promise<Held[]> =>
      (await queryAll(table, tenantPk(tenant), { prefix, consistent: true })).map(heldOf),
    /** In order of id. */
    page: async (
      table: Table,
      tenant: string,
      { limit, after }: PageOptions,
    ): Promise<{ items: Held[]; more: boolean }> => {
      const from = after === undefined ? {} : { after: skOf(after) };
      const { items, next } = await queryPage(table, tenantPk(tenant), { prefix, limit, ...from });
      return { items: items.map(heldOf), more: next !== undefined };
    },
    put: (table: Table, tenant: string, id: string, held: Held, condition: Condition): Promise<boolean> => {
      const Item = { ...held, ...keyOf(tenant, id) };
      return holds(table.client.send(new PutCommand({ TableName: table.name, Item, ...conditionParams(condition) })));
    },
    update: (table: Table, tenant: string, id: string, expression: string, condition: Condition): Promise<boolean> =>
      holds(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: keyOf(tenant, id),
            UpdateExpression: expression,
            ...conditionParams(condition),
          }),
        ),
      ),
    remove: (table: Table, tenant: string, id: string, revision: number): Promise<boolean> =>
      holds(
        table.client.send(
          new DeleteCommand({
            TableName: table.name,
            Key: keyOf(tenant, id),
            ...conditionParams(ofRevision(revision)),
          }),
        ),
      ),
  };
};
