/**
 * How the table's items are laid out, as a number that lies in the table. A newer program brings an older table up to date, one step
 * after the other; an older one leaves a table alone that is more than a step ahead of it.
 */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { LAYOUT_SK, VAULT_PK } from './keys.ts';
import { holds, type Table } from './table.ts';

/** Brings a table from the layout before. May be run twice, also at once, and leaves what that layout can still read: others go on meanwhile. */
export type Migration = (table: Table) => Promise<void>;

export type Layouts = {
  readonly current: number;
  /** By the layout that each of them leads to. */
  readonly migrations: Readonly<Record<number, Migration>>;
};

/** The layout of the first release, which did not say so in tables made before this was written down. */
const FIRST = 1;

export const LAYOUTS: Layouts = { current: FIRST, migrations: {} };

const Key = { pk: VAULT_PK, sk: LAYOUT_SK };

/** Costs one read where there is nothing to do. Throws where the table is too new, or there is no way to it. */
export const bringUpToDate = async (table: Table, { current, migrations }: Layouts = LAYOUTS): Promise<void> => {
  const stored = await readLayout(table);
  if (stored !== undefined && stored > current + 1) {
    throw new Error(`the table has layout ${stored}, and this program knows ${current}: deploy the newer one`);
  }
  for (let next = (stored ?? FIRST) + 1; next <= current; next += 1) {
    const migrate = migrations[next];
    if (migrate === undefined) throw new Error(`there is no way to layout ${next}`);
    await migrate(table);
    await raise(table, next);
  }
  if (stored === undefined) await raise(table, FIRST);
};

export const readLayout = async (table: Table): Promise<number | undefined> => {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return Item?.['layout'] as number | undefined;
};

/** Never back: another worker may be further. */
const raise = (table: Table, layout: number): Promise<boolean> =>
  holds(
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...Key, layout },
        ConditionExpression: 'attribute_not_exists(pk) OR #layout < :layout',
        ExpressionAttributeNames: { '#layout': 'layout' },
        ExpressionAttributeValues: { ':layout': layout },
      }),
    ),
  );
